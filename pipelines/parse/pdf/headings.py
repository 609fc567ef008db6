"""Headings by the way they are printed, and the levels that follow from it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mode

from pipelines.parse.flow import Draft, ends_sentence
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.printing import is_capitals


@dataclass(frozen=True, slots=True)
class HeadingStyle:
    """What tells one level of heading from another."""

    size: float
    bold: bool
    capitals: bool
    italic: bool = False


def heading_style(line: PrintedLine) -> HeadingStyle:
    """What a heading's first line tells of its level."""
    size = round(line.size * 2) / 2
    return HeadingStyle(size, line.bold, is_capitals(line.text), line.italic)


def with_levels(
    drafts: Sequence[Draft], headings: Mapping[int, HeadingStyle], size: float
) -> list[Draft]:
    """The drafts, their headings ranked by size and weight, then by their numbers.

    `headings` has the style of the headings among the drafts; `size` is that of the body.
    """
    begin = _begin(drafts)
    front = {
        k
        for k in headings
        if k < begin and (is_byline(drafts[k]) or _is_imprint(k, drafts, headings))
    }
    headings = {k: style for k, style in headings.items() if k not in front}
    drafts = [replace(d, kind="paragraph") if k in front else d for k, d in enumerate(drafts)]
    ranks = _ranks(drafts, headings, size)
    levels = {k: _level(drafts[k], ranks[style]) for k, style in headings.items()}
    usual = _by_depth(drafts, levels)
    return [
        replace(draft, level=usual.get(_depth(draft), levels[k])) if k in levels else draft
        for k, draft in enumerate(drafts)
    ]


def _by_depth(drafts: Sequence[Draft], levels: Mapping[int, int]) -> dict[int, int]:
    """The level of headings whose numbers have so many parts: what is usual, one below the last."""
    usual: dict[int, int] = {}
    for depth in sorted({_depth(drafts[k]) for k in levels} - {0}):
        found = mode(level for k, level in levels.items() if _depth(drafts[k]) == depth)
        usual[depth] = min(6, max(found, usual.get(depth - 1, 0) + 1))
    return usual


def _is_imprint(k: int, drafts: Sequence[Draft], headings: Mapping[int, HeadingStyle]) -> bool:
    """Whether large type above the text is neither the title nor set like a later heading."""
    begin = _begin(drafts)
    if headings[k] in {style for x, style in headings.items() if x > begin - 2}:
        return False
    larger = [x for x in headings if x < begin and headings[x].size > headings[k].size]
    if k == min(headings):
        return any(_words(drafts[x]) > _words(drafts[k]) for x in larger)
    return bool(larger)


def _words(draft: Draft) -> int:
    return sum(len(row.text.split()) for row in draft.rows)


def _ranks(
    drafts: Sequence[Draft], headings: Mapping[int, HeadingStyle], size: float
) -> dict[HeadingStyle, int]:
    """A rank from 1 for each style of heading; what stands only above the text is a title's: 1."""
    begin = _begin(drafts)
    later = {style for k, style in headings.items() if k > begin - 2}
    largest = max((style.size for style in later), default=math.inf)
    seen = list(dict.fromkeys(headings.values()))
    titles = {style for style in seen if style not in later and style.size > largest}
    ordered = sorted(set(seen) - titles, key=lambda style: _order(style, size, seen))
    ranks = {style: min(n, 6) for n, style in enumerate(ordered, start=1 + bool(titles))}
    return dict.fromkeys(titles, 1) | ranks


def _order(style: HeadingStyle, size: float, seen: Sequence[HeadingStyle]) -> tuple[float, ...]:
    """Large before small; those of the body's size as they first come."""
    if style.size > 1.06 * size:
        return (-style.size, not style.bold, not style.capitals, style.italic)
    return (0.0, seen.index(style))


_NAME = r"(?:(?:[A-Z][\w’'-]*|[A-Z]\.|de|van|von|der|la)\s+){1,3}[A-Z][\w’'-]+"
_MARKS = re.compile(r"(?:[∗*†‡§¶⁰¹²³⁴-⁹,]|\[\d+\]|(?<=[^\W\d_])\d+\b)+")
_BYLINE = re.compile(rf"{_NAME}(?:(?:,| and| &|, and) {_NAME})+")


def is_byline(draft: Draft) -> bool:
    """Whether a block above the text is a list of persons, who are no heading."""
    names = _MARKS.sub(",", " ".join(row.text for row in draft.rows)).strip(" ,")
    return bool(_BYLINE.fullmatch(names))


def _begin(drafts: Sequence[Draft]) -> int:
    """Where the running text begins."""
    found = (k for k, draft in enumerate(drafts) if _is_running_text(draft))
    return next(found, len(drafts))


def _is_running_text(draft: Draft) -> bool:
    text = draft.rows[-1].text
    whole = ends_sentence(text) and not is_capitals(draft.rows[0].text.rstrip("."))
    return draft.kind == "paragraph" and (whole or draft.rows[0].page != 1)


def _level(draft: Draft, rank: int) -> int:
    """A heading numbered "2.1.3" is one deeper than its style says for each full stop too many."""
    depth = _depth(draft)
    return max(rank, depth) if depth > 1 else rank


def _depth(draft: Draft) -> int:
    """How many numbers a heading's number has; 0 without."""
    found = re.match(r"\d{1,2}((?:\.\d{1,2})*)\.?\s", draft.rows[0].text)
    return found[1].count(".") + 1 if found else 0
