"""Running heads, feet and page numbers between the lines of a plain text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.parse.flow import ends_sentence, folded
from pipelines.parse.furniture import is_page_number, running_key

Line = tuple[int | None, str]
"""The number of its page, None where the text has none, and the line."""

_PAGED = re.compile(r"^(?![(\[]).*?\b(?:p|pp|page)\.? (\d{1,4})\b", re.I)
_OF_PAGES = re.compile(r"(?<![\d/])(\d{1,4}) ?(?:/|of) ?\d{1,4}(?![\d/])")
_COUNTED = re.compile(r"^(\d{1,4})\b|\b(\d{1,4})$")
_OFTEN, _LONGEST_HEAD = 3, 120
"""How many times a running head comes at the least, and its characters at the most."""
_SHORTEST_PAGE, _SHORTEST_TEXT = 10, 30
"""Lines between running heads, and characters of a line of running text, at the least."""
_BEHIND_TITLE = re.compile(r"(?:[^\w(]|#|\b(?:page|pages|pp?|of|seite|von)\b)*")
"""Numbers and what parts them, which may stand behind a title where it comes again."""
_EDGE = 3
"""Lines at the top and at the foot of a page that can be a running head."""
_TITLE_LINES, _TITLE_WORDS = 6, 3
"""The first lines of a text, of which its title takes one or more, and the words of a title."""


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """The lines of the text itself."""
    full = [i for i, (_, line) in enumerate(lines) if line.strip()]
    texts = [folded(lines[i][1]) for i in full]
    found = {full[at] for at in _at_edges([lines[i][0] for i in full], texts)}
    found |= _splicing(lines, full, texts)
    return [line for i, line in enumerate(lines) if i not in found]


def _at_edges(pages: Sequence[int | None], texts: Sequence[str]) -> set[int]:
    """Lines at the top or foot of pages that come again on others, say the title, or count."""
    places: dict[int | None, list[int]] = {}
    for at, page in enumerate(pages):
        places.setdefault(page, []).append(at)
    if len(places) < 2:
        return set()
    edges = [at for full in places.values() for at in {*full[:_EDGE], *full[-_EDGE:]}]
    keys = [running_key(text) for text in texts]
    counts = Counter(keys[at] for at in edges)
    often = max(2, len(places) * 0.15)
    first, titles = pages[0], tuple(_titles(keys))
    return {
        at
        for at in edges
        if counts[keys[at]] >= often
        or is_page_number(texts[at])
        or (pages[at] != first and _is_title(keys[at], titles))
    }


def _titles(keys: Sequence[str]) -> Iterator[str]:
    """What the title may be: each of the first lines, alone and with the one or two after it."""
    for at in range(min(_TITLE_LINES, len(keys))):
        for end in range(at + 1, min(at + 4, len(keys) + 1)):
            title = " ".join(keys[at:end])
            if len(title.split()) >= _TITLE_WORDS and len(title) < _LONGEST_HEAD:
                yield title


def _is_title(key: str, titles: Sequence[str]) -> bool:
    """Whether a line is the title and no more than a number; a sentence may begin with one."""
    behind = (key.removeprefix(title) for title in titles if key.startswith(title))
    return any(_BEHIND_TITLE.fullmatch(rest) for rest in behind)


def _splicing(lines: Sequence[Line], full: Sequence[int], texts: Sequence[str]) -> set[int]:
    """Lines anywhere that come again as running heads do, and the numbers of pages."""
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        places.setdefault(running_key(text), []).append(at)
    repeated = [at for at in places.values() if len(at) > 1]
    often = frozenset(at for same in repeated if len(same) >= _OFTEN for at in same)
    known = _Repeats(full, texts, often)
    heads = {at for same in repeated if known.are_heads(same) for at in known.apart(same)}
    titles = tuple(_titles([running_key(line) for line in texts[:_TITLE_LINES]]))
    heads |= {
        at
        for at in range(_TITLE_LINES, len(texts))
        if _is_title(running_key(texts[at]), titles)
        if {at - 1, at + 1} & heads or known.cuts(at)
    }
    return {full[at] for at in heads} | {
        i
        for at, i in enumerate(full)
        if is_page_number(texts[at]) and (_is_alone(lines, i) or {at - 1, at + 1} & heads)
    }


@dataclass(frozen=True, slots=True)
class _Repeats:
    """The lines that are not blank, where each stands, and which of them come again."""

    full: Sequence[int]
    texts: Sequence[str]
    repeated: frozenset[int]

    def are_heads(self, same: Sequence[int]) -> bool:
        """Whether one line at all these places is a running head rather than words of the text."""
        if len(self.texts[same[0]]) >= _LONGEST_HEAD:
            return False
        if self._counts(same, _OF_PAGES, step=2):
            return True
        if sum(map(self._stands_by_number, same)) >= max(2, len(same) / 2):
            return True
        if len(same) < _OFTEN:
            return False
        if self._counts(same, _PAGED, step=1000):
            return True
        if not any(map(self.cuts, same)):
            return False
        return self._counts(same, _COUNTED, step=2) or self._come_as_pages_do(same)

    def _counts(self, same: Sequence[int], pattern: re.Pattern[str], *, step: int) -> bool:
        """Whether the line says a number that goes up from place to place, by `step` at most."""
        found = [pattern.search(self.texts[at]) for at in same]
        numbers = [int(next(filter(None, x.groups()))) for x in found if x]
        return len(numbers) == len(same) and all(0 < b - a <= step for a, b in pairwise(numbers))

    def _stands_by_number(self, at: int) -> bool:
        """Whether a page's number is the line before or after."""
        near = (k for k in (at - 1, at + 1) if 0 <= k < len(self.texts))
        return any(is_page_number(self.texts[k]) for k in near)

    def _come_as_pages_do(self, same: Sequence[int]) -> bool:
        gaps = [b - a for a, b in pairwise(same)]
        usual = median(gaps)
        if 2 * sum(map(self._is_apart, same)) > len(same):
            near = [gap for gap in gaps if 0.5 * usual <= gap <= 2 * usual]
            return usual >= _SHORTEST_PAGE and 3 * len(near) >= 2 * len(gaps)
        near = [gap for gap in gaps if 0.8 * usual <= gap <= 1.25 * usual]
        return usual >= 2 * _SHORTEST_PAGE and len(near) > 2 and 4 * len(near) >= 3 * len(gaps)

    def apart(self, same: Sequence[int]) -> list[int]:
        """Those places where the line makes no sentence with the lines before and after it."""
        return [at for at in same if self._is_apart(at) or not self.texts[at][0].islower()]

    def _is_apart(self, at: int) -> bool:
        """Whether a blank line, a page number or another such line stands before or after."""
        near = [k for k in (at - 1, at + 1) if 0 <= k < len(self.full)]
        return any(
            abs(self.full[k] - self.full[at]) > 1
            or k in self.repeated
            or is_page_number(self.texts[k])
            for k in near
        )

    def cuts(self, at: int) -> bool:
        """Whether a sentence of the text stops before the line and goes on after it."""
        before, after = self._beyond(at, -1), self._beyond(at, 1)
        return len(before) >= _SHORTEST_TEXT and not ends_sentence(before) and after[:1].islower()

    def _beyond(self, at: int, step: int) -> str:
        """The nearest line, four at most away, that does not come again; "" if there is none."""
        for k in range(at + step, at + 5 * step, step):
            if not 0 <= k < len(self.full):
                break
            if k not in self.repeated and not is_page_number(self.texts[k]):
                return self.texts[k]
        return ""


def _is_alone(lines: Sequence[Line], i: int) -> bool:
    return not any(line.strip() for _, line in [*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2]])
