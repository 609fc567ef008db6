"""The authors whose names a first page prints below its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine

_MARKS = re.compile(r"\[[^\]]*\]|[*∗⋆†‡§¶#+⁰¹²³⁴-⁹]+|(?<=[^\W\d])\d+(?:,\s*\d+)*(?=\s|,|$)")
_BY = re.compile(r"^(?:(?:written |report )?by|authors?|prepared by)\b:?\s*", re.I)
_PARTS = re.compile(r"\s*(?:[;,·•|]|\band\b|&)\s*", re.I)
_TITLE = re.compile(r"^(?:dr|prof|professor|mrs?|ms|sir|dame)\.?\s+", re.I)
_DEGREE = re.compile(r"^(?:ph\.?\s?d|m\.?[adbs]\.?c?|b\.?[as]c?|md|frcp|rn|mph|dphil)\.?$", re.I)
_NAME = re.compile(
    r"(?:[^\W\d_]\.[ -]?)*(?:[^\W\d_][^\W\d_]*(?:[’'.-][^\W\d_]+)*\.?)(?:\s+[^\W\d_][^\W\d_’'.-]*)*"
)
_PARTICLES = {"de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von",
              "bin", "al", "el", "ten", "ter", "y", "e", "af", "zu"}  # fmt: skip
_BODY = re.compile(
    r"\b(?:universit|institut|department|corporation|foundation|council|trust|centre|center|school"
    r"|hospital|college|ltd|inc|llc|gmbh|group|agency|ministry|commission|fund)",
    re.I,
)
_LONGEST = 300
"""Characters of a line; no print sets longer ones."""
_MOST_BELOW = 8
"""Lines below a title among which its authors stand."""


def printed_authors(
    lines: Sequence[PrintedLine], title: Sequence[PrintedLine], pages: Sequence[PageLayout]
) -> tuple[str, ...]:
    """Names below the title, of words that the document never writes in lower case."""
    if not title:
        return ()
    foot = max(line.y1 for line in title)
    below = sorted((x for x in lines if x.y0 >= foot - 2), key=lambda x: (round(x.y0), x.x0))
    common = {word for page in pages for line in page.lines for word in line.text.split()}
    found: list[str] = []
    for line in below[:_MOST_BELOW]:
        names = _names(line.text, common)
        if names:
            found += names
        elif found:
            break
    return tuple(dict.fromkeys(found))


def _names(text: str, common: set[str]) -> list[str]:
    """The names of a line that holds nothing else."""
    marked = _MARKS.sub("", text[:_LONGEST]).strip(" ,;")
    parts = [part for part in _PARTS.split(_BY.sub("", marked)) if part]
    parts = [part for part in parts if not _DEGREE.match(part)]
    names = [_TITLE.sub("", part) for part in parts]
    return names if names and all(_is_name(name, common) for name in names) else []


def _is_name(text: str, common: set[str]) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 5 or _BODY.search(text) or not _NAME.fullmatch(text):
        return False
    own = [word for word in words if word.casefold() not in _PARTICLES]
    capital = all(word[0].isupper() for word in own)
    rare = all(word.casefold() not in common for word in own if len(word) > 2)
    return len(own) > 1 and capital and rare and not text.isupper()
