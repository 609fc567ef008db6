"""Marks that are numbers: "[3–5, 7]", "(3)", superscripts, and digits glued to the word before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kb.models import Passage
from pipelines.cite.words import any_of

Style = Literal["brackets", "raised", "parens", "glued"]
STYLES: tuple[Style, ...] = ("brackets", "raised", "parens", "glued")
"""The ways to print a number, the clearest first."""

LIST = r"\d{1,3}(?:\s*[-‐‑–—,;]\s*\d{1,3})*"
LINKED = r"\d{1,3}(?:\s*\]?\s*[-‐‑–—,;]\s*\[?\s*\d{1,3}|\]\[\d{1,3})*"
PATTERNS: dict[Style, re.Pattern[str]] = {
    "brackets": re.compile(rf"\[\s*({LINKED})\s*(?:,\s*pp?\.[^\]]{{1,15}})?\]"),
    "raised": re.compile(r"(?<=[^\W\d_][^\W\d_])[.,;:]?([⁰¹²³⁴-⁹]+(?:[,˒⁻–-]\s?[⁰¹²³⁴-⁹]+)*)"),
    "parens": re.compile(rf"(?<=[\w.,”’\"%)])\s*\(\s*({LIST})\s*\)"),
    "glued": re.compile(
        r"(?:(?<=[^\W\d_]{3}[.,;:)”’\"])|(?<=[a-z]{4}))"
        r"(\d{1,3}(?:[-–,]\d{1,3})*)(?=$|[\s.,;:)”’—])(?!\.\d)(?!\s?%)"
    ),
}
FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
CLEAR = {"brackets", "raised"}
POWERS = {"²", "³"}
BETWEEN = re.compile(r"\d{1,3}\s*[-‐‑–—,;]\s*\d{1,3}")
WIDEST = 30
"""Entries that one range may span."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A mark in a passage's text: what is printed, where, and which numbers it names."""

    passage: Passage
    start: int
    end: int
    mark: str
    numbers: tuple[int, ...]
    style: Style = "brackets"


def numbers_of(text: str) -> tuple[int, ...]:
    """All numbers that "3–5, 7" names; empty if a range runs backwards or too far."""
    found: list[int] = []
    for part in re.split(
        r"\s*[,;]\s*",
        re.sub(r"\]\[", ",", text.translate(FIGURES)).replace("[", "").replace("]", ""),
    ):
        ends = [int(n) for n in re.split(r"\s*[-‐‑–—]\s*", part) if n]
        if not ends or ends[-1] < ends[0] or ends[-1] - ends[0] > WIDEST:
            return ()
        found += range(ends[0], ends[-1] + 1)
    return tuple(dict.fromkeys(found))


def candidates_in(passages: Sequence[Passage]) -> tuple[Spot, ...]:
    """All numbers of a document that may be marks, in every way to print one."""
    return tuple(spot for passage in passages for spot in candidates(passage))


def in_one_way(spots: Sequence[Spot], known: Callable[[int], bool]) -> tuple[Spot, ...]:
    """The marks in the way that a document prints them; `known` tells the number of an entry.

    The way is the one that names most of the entries; the clearest, if others do not name more.
    """
    fit = [spot for spot in spots if all(map(known, spot.numbers))]
    named: dict[Style, int] = {
        style: len({n for spot in fit if spot.style == style for n in spot.numbers})
        for style in STYLES
    }
    best = max(STYLES, key=lambda style: (named[style], -STYLES.index(style)))
    if 2 * (named["brackets"] + named["raised"]) > named[best]:
        best = "raised" if named["raised"] > named["brackets"] else "brackets"
    return tuple(spot for spot in fit if spot.style == best)


def candidates(passage: Passage) -> Iterator[Spot]:
    """What may be a mark in a passage, in every way to print one."""
    if passage.kind in ("heading", "reference"):
        return
    for style in STYLES:
        if passage.kind == "table_row" and style in ("parens", "glued", "raised"):
            continue
        for found in PATTERNS[style].finditer(passage.text):
            numbers = numbers_of(found[1])
            own = passage.kind == "footnote" and not passage.text[: found.start()].strip()
            if numbers and not own and may_cite(passage.text, found, style):
                mark = found.group().strip(" .,;:") if style == "parens" else found[1]
                mark = found.group() if style == "brackets" else mark
                yield Spot(passage, found.start(), found.end(), mark, numbers, style)


@cache
def not_cited() -> re.Pattern[str]:
    """A word before a number that says what is numbered: "Table 3", "phase (2)"."""
    return re.compile(rf"\b{any_of('numbered')}\.?\s*$", re.IGNORECASE)


@cache
def powered() -> re.Pattern[str]:
    """A unit or a statistic that is squared or cubed: "km²", "chi²"."""
    return re.compile(rf"\b{any_of('powered')}$", re.IGNORECASE)


@cache
def interval() -> re.Pattern[str]:
    """A word before two numbers that says that they are ends: "95% CI [2, 7]"."""
    return re.compile(rf"\b{any_of('intervals')}\.?\s*[=:,]?\s*$", re.IGNORECASE)


def may_cite(text: str, found: re.Match[str], style: Style) -> bool:
    """Whether a number stands as a mark does, and numbers nothing else."""
    before, after = text[max(0, found.start() - 30) : found.start()], text[found.end() :]
    if not_cited().search(before.rstrip(".") if style == "glued" else before):
        return False
    if style == "raised":
        return not (found.group() in POWERS and powered().search(before))
    if BETWEEN.fullmatch(found[1]) and interval().search(before):
        return False
    if style == "parens":
        return not is_enumerator(text, found) and bool(re.match(r"[\s.,;:)”]|$", after))
    pages = r"\b(?:pp?|v|vol|no|fig|cap|cm|para|ss?)\.$"
    return not (style == "glued" and re.search(pages, before))


def is_enumerator(text: str, found: re.Match[str]) -> bool:
    """Whether "(2)" opens a part of a sentence: "(1) staff, (2) beds and (3) transport"."""
    before, after = text[: found.start()].rstrip(), text[found.end() :]
    opens = not before or bool(
        re.search(r"(?:[:,;—–]|\b(?:and|or|by|are|is|to|were|was))$", before)
    )
    return opens and bool(re.match(r"\s+[^\W\d_]", after))
