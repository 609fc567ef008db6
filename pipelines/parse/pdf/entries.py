"""Which lines of a PDF are entries of a list of works cited, or of notes, and where each opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kb.models import Kind
from pipelines.parse.flow import ends_sentence
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.edges import same_place
from pipelines.parse.pdf.lines import PrintedLine, marks_joined
from pipelines.parse.references import (
    LOOKS_CITED,
    entry_number,
    is_work,
    opens_like_work,
    reads_as_prose,
    section_kind,
)

_FEWEST = 4
"""Entries that make a list without a heading."""
_MANY, _LONGEST = 8, 14
"""Entries of small print that are too many to be notes at a column's foot; lines of an entry."""
_INDENT = 4.0
"""Points by which an entry's other lines stand further in, or out, than its first."""
_NEAR_EDGE = 16.0
"""Points from a column's edge within which the numbers of entries stand."""
_LONE_NUMBER = re.compile(r"\[\d{1,3}\]|\d{1,3}[.)]?")
_FINISHED = re.compile(r"[.!?\])”\"’\d/]$|(?:https?://|www\.|doi)\S*$", re.I)


@dataclass(frozen=True, slots=True)
class _List:
    """A run of lines, from `start` on, and the places in it at which entries open."""

    kind: Kind
    start: int
    lines: Sequence[PrintedLine]
    openers: Sequence[int]


def with_entries(
    pages: Sequence[Sequence[PrintedLine]], size: float, *, bold: bool
) -> list[list[PrintedLine]]:
    """The pages' lines, those of lists marked as such; `size` and `bold` are the body's."""
    joined = [list(marks_joined(page, _is_number, _is_beside)) for page in pages]
    flat = [line for page in joined for line in page]
    marked = list(flat)
    for found in _lists(flat, size, bold=bold):
        opening = set(found.openers)
        for k, line in enumerate(found.lines):
            marked[found.start + k] = replace(line, listed=found.kind, opens=k in opening)
    rest = iter(marked)
    return [[next(rest) for _ in page] for page in joined]


def _is_number(line: PrintedLine, _: PrintedLine | None) -> bool:
    return bool(_LONE_NUMBER.fullmatch(line.text))


def _is_beside(number: PrintedLine, line: PrintedLine) -> bool:
    level = abs(number.middle - line.middle) < 0.4 * line.size
    return level and 0 < line.x0 - number.x1 < 4 * line.size and opens_like_work(line.text)


def _lists(lines: Sequence[PrintedLine], size: float, *, bold: bool) -> Iterator[_List]:
    """All lists, from the first line to the last."""
    at = last = 0
    passed: set[int] = set()
    while at < len(lines):
        kind = _heads(lines, at)
        found = _headed(lines, at + 1, kind, size, bold=bold) if kind else None
        if not found and at not in passed:
            found = _unheaded(lines, at, size, bold, last, passed)
        if found:
            yield found
            last = entry_number(found.lines[found.openers[-1]].text)
            at = found.start + len(found.lines)
        else:
            at += 1


def _heads(lines: Sequence[PrintedLine], at: int) -> Kind | None:
    """The kind of list that a line names as its heading: one that stands alone on its base line."""
    line = lines[at]
    kind = section_kind(line.text)
    beside = [x for x in lines[max(0, at - 1) : at + 2] if x is not line and _is_level(x, line)]
    return kind if kind and not beside else None


def _is_level(a: PrintedLine, b: PrintedLine) -> bool:
    return a.page == b.page and a.column == b.column and abs(a.middle - b.middle) < 0.4 * b.size


def _headed(
    lines: Sequence[PrintedLine], start: int, kind: Kind, size: float, *, bold: bool
) -> _List | None:
    """The list below a heading: to the next one, without the prose at its ends."""
    end = next(
        (k for k in range(start, len(lines)) if _closes(lines, start, k, size, bold=bold)),
        len(lines),
    )
    part = lines[start:end]
    if not part:
        return None
    numbered = _numbered(part, entry_number(part[0].text))
    if len(numbered) > 1 or (numbered and kind == "footnote"):
        return _List(kind, start, part[: _last_end(part, numbered[-1])], numbered)
    return None if kind == "footnote" else _unnumbered(part, start)


def _closes(lines: Sequence[PrintedLine], start: int, at: int, size: float, *, bold: bool) -> bool:
    """Whether a list that begins at `start` ends with the heading or caption at `at`."""
    line, first, last = lines[at], lines[start], lines[at - 1]
    if is_caption(line.text):
        return True
    words = len(line.text.split())
    if words > 18 or line.text[-1] in ".,;" or not any(map(str.isalpha, line.text)):
        return False
    if line.size > 1.06 * max(size, first.size):
        return True
    if LOOKS_CITED.search(line.text) and not line.bold:
        return False
    if opens_like_work(line.text) or not (at == start or _FINISHED.search(last.text)):
        return False
    strong = line.bold and not bold and not first.bold
    return strong or (line.text.isupper() and words > 1 and not first.text.isupper())


def _unnumbered(part: Sequence[PrintedLine], start: int) -> _List | None:
    """Entries without numbers, if most of what stands there looks like works."""
    openers = _openers(part)
    texts = [" ".join(x.text for x in entry) for entry in _cut(part, openers)]
    good = [bool(LOOKS_CITED.search(x)) and not reads_as_prose(x) for x in texts]
    if sum(good) < 0.5 * len(good):
        return None
    first, last = good.index(True), len(good) - good[::-1].index(True)
    ends = [*openers, len(part)]
    kept = part[openers[first] : ends[last]]
    moved = [k - openers[first] for k in openers[first:last]]
    return _List("reference", start + openers[first], kept, moved)


def _unheaded(
    lines: Sequence[PrintedLine],
    at: int,
    size: float,
    bold: bool,
    last: int,
    passed: set[int],
) -> _List | None:
    """A list without a heading that begins here: by its numbers, or by names in their order."""
    line = lines[at]
    number = entry_number(line.text)
    if not (number and opens_like_work(line.text, numbered=True)) and not _is_work_start(lines, at):
        return None
    end = at + 1
    while end < len(lines) and _is_alike(line, lines[end]):
        if _closes(lines, at, end, size, bold=bold):
            break
        end += 1
    part = lines[at:end]
    openers = _numbered(part, number) if number else _named(part)
    passed.update(at + k for k in openers)
    part = part[: _last_end(part, openers[-1])]
    texts = [" ".join(x.text for x in entry) for entry in _cut(part, openers)]
    works = sum(map(is_work, texts))
    cited = sum(bool(LOOKS_CITED.search(x)) for x in texts)
    goes_on = bool(last) and number == last + 1
    enough = len(texts) >= (1 if goes_on else _FEWEST)
    if not enough or works < 0.5 * len(texts) or cited < 0.7 * len(texts):
        return None
    if line.size < 0.93 * size and not goes_on and not _is_many(part, texts):
        return None
    return _List("reference", at, part, openers if number else _openers(part))


def _is_work_start(lines: Sequence[PrintedLine], at: int) -> bool:
    """Whether a work seems to be named from a line on, with author and year."""
    return opens_like_work(lines[at].text) and is_work(" ".join(x.text for x in lines[at : at + 4]))


def _is_many(part: Sequence[PrintedLine], texts: Sequence[str]) -> bool:
    """Whether there is more than notes at the foot of a column hold."""
    places = {(line.page, line.column) for line in part}
    return len(texts) >= _MANY or len(places) > 1


def _is_alike(first: PrintedLine, line: PrintedLine) -> bool:
    return abs(first.size - line.size) < 0.08 * first.size


def _numbered(part: Sequence[PrintedLine], number: int) -> list[int]:
    """Where entries open with one number after the other, at their column's edge."""
    if not number:
        return []
    lefts = _lefts(part)
    found = [0]
    for k, line in enumerate(part[1:], 1):
        if k - found[-1] > _LONGEST:
            break
        following = entry_number(line.text)
        at_edge = line.x0 - lefts[line.page, line.column] < _NEAR_EDGE
        if at_edge and 0 < following - number < 3:
            found.append(k)
            number = following
    return found


def _named(part: Sequence[PrintedLine]) -> list[int]:
    """Where entries open with the names of authors, in the order of the alphabet."""
    found = [0]
    for k, line in enumerate(part[1:], 1):
        if k - found[-1] > _LONGEST // 2:
            break
        if opens_like_work(line.text) and _key(line) >= _key(part[found[-1]]):
            found.append(k)
    return found


def _key(line: PrintedLine) -> str:
    return line.text.casefold()[:3]


def _lefts(part: Iterable[PrintedLine]) -> dict[tuple[int, int], float]:
    lefts: dict[tuple[int, int], float] = {}
    for line in part:
        key = line.page, line.column
        lefts[key] = min(line.x0, lefts.get(key, line.x0))
    return lefts


def _last_end(part: Sequence[PrintedLine], opener: int) -> int:
    """Where the last entry ends: before a wide gap, other print, or the end of all."""
    usual = _pitch(part)
    for k in range(opener + 1, min(len(part), opener + _LONGEST)):
        last, line = part[k - 1], part[k]
        if not _is_alike(part[opener], line):
            return k
        apart = same_place(last, line) and line.y0 - last.y0 > 1.5 * usual
        elsewhere = not same_place(last, line)
        if (apart or elsewhere) and _FINISHED.search(last.text):
            return k
    return min(len(part), opener + _LONGEST)


def _pitch(part: Sequence[PrintedLine]) -> float:
    """The usual distance between two lines of one entry: small among all distances."""
    gaps = sorted(
        b.y0 - a.y0 for a, b in pairwise(part) if same_place(a, b) and b.y0 - a.y0 > 0.6 * a.size
    )
    return median(gaps[: len(gaps) // 2 + 1]) if gaps else 1.2 * part[0].size


def _cut(part: Sequence[PrintedLine], openers: Sequence[int]) -> list[Sequence[PrintedLine]]:
    return [part[a:b] for a, b in pairwise([*openers, len(part)])]


def _openers(part: Sequence[PrintedLine]) -> list[int]:
    """Where entries without numbers open: by hanging lines, indents, gaps, or a full stop."""
    lefts = _lefts(part)
    inner = [line.x0 - lefts[line.page, line.column] > _INDENT for line in part]
    if sum(inner) > 0.1 * len(part):
        hanging = not inner[0]
        names = [opens_like_work(x.text) for x, is_in in zip(part, inner, strict=True) if is_in]
        if not hanging or sum(names) < 0.5 * len(names):
            opens = [is_in != hanging for is_in in inner]
            return [k for k, is_open in enumerate(opens) if is_open or k == 0]
    usual = _pitch(part)
    return [0, *(k for k in range(1, len(part)) if _opens(part[k - 1], part[k], usual, part))]


def _opens(last: PrintedLine, line: PrintedLine, usual: float, part: Sequence[PrintedLine]) -> bool:
    """Whether a line flush with the one before it opens an entry."""
    if same_place(last, line) and line.y0 - last.y0 > 1.2 * usual:
        return True
    if not _FINISHED.search(last.text) or line.text[0].islower():
        return False
    right = max(x.x1 for x in part if (x.page, x.column) == (last.page, last.column))
    short = last.x1 < right - 2 * last.size
    named = opens_like_work(line.text)
    return (short and (named or ends_sentence(last.text))) or (named and ends_sentence(last.text))
