"""Words of a PDF that print has split or run together, mended; the places of spaces kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.quality import is_known
from pipelines.parse.spelling import mended

_TIGHT = re.compile(r"(?<![\w@/.])([^\W\d_]{2,})([.,;!?])([^\W\d_]{2,})(?![\w@/]|\.\w)")

_CODE = re.compile(r"[\\{}@]|://")


def with_words_mended(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """The pages, their words as the document has them elsewhere."""
    texts = iter(mended([_loosened(line.text) for page in pages for line in page.lines]))
    return [
        replace(page, lines=tuple(_with_text(line, next(texts)) for line in page.lines))
        for page in pages
    ]


def _loosened(text: str) -> str:
    """The text with a space behind each stop that stands between two words."""
    return _TIGHT.sub(_apart, text)


def _apart(found: re.Match[str]) -> str:
    left, stop, right = found.groups()
    begins = stop in ",;" or (left.islower() and right.istitle())
    known = begins and is_known(left) and is_known(right)
    return f"{left}{stop} {right}" if known else found[0]


def _with_text(line: PrintedLine, text: str) -> PrintedLine:
    """A line whose spaces have changed, its wide ones found again by the signs before them."""
    if text == line.text or _CODE.search(line.text):
        return line
    places = [at for at, sign in enumerate(text) if sign != " "]
    gaps = []
    for at, left, right in line.gaps:
        before = at - line.text.count(" ", 0, at)
        if before < len(places):
            gaps.append((places[before], left, right))
    return replace(line, text=text, gaps=tuple(gaps))
