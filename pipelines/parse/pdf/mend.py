"""Words of a PDF that print has split or run together, mended; the places of spaces kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.quality import is_known
from pipelines.parse.spelling import mended

_TIGHT = re.compile(r"(?<![\w@/.])([^\W\d_]{2,})([.,;!?])([^\W\d_]{2,})(?![\w@/]|\.\w)")

_CODE = re.compile(r"[\\{}@]|://")


def with_words_mended(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """The pages, their words as the document has them elsewhere."""
    parts = [_parts(line) for page in pages for line in page.lines]
    texts = iter(mended([_loosened(text) for part in parts for text in part]))
    news = iter([[next(texts) for _ in part] for part in parts])
    return [
        replace(page, lines=tuple(_with_texts(line, next(news)) for line in page.lines))
        for page in pages
    ]


def _wide(line: PrintedLine) -> list[int]:
    """The places of gaps wider than any sign that was lost, so that they part words."""
    return [at for at, left, right in line.gaps if right - left > line.size]


def _parts(line: PrintedLine) -> list[str]:
    """The text of a line, cut behind its wide gaps."""
    return [line.text[a:b] for a, b in pairwise([0, *_wide(line), len(line.text)])]


def _loosened(text: str) -> str:
    """The text with a space behind each stop that stands between two words."""
    return _TIGHT.sub(_apart, text)


def _apart(found: re.Match[str]) -> str:
    left, stop, right = found.groups()
    begins = stop in ",;" or (left.islower() and right.istitle())
    known = begins and is_known(left) and is_known(right)
    return f"{left}{stop} {right}" if known else found[0]


def _with_texts(line: PrintedLine, new: Sequence[str]) -> PrintedLine:
    """A line whose parts have changed, its gaps moved with them.

    Of a part that has changed, those within are given up: one may have been a sign that was lost.
    """
    old, wide = _parts(line), _wide(line)
    if old == list(new) or _CODE.search(line.text):
        return line
    shifts = list(accumulate((len(b) - len(a) for a, b in zip(old, new, strict=True)), initial=0))
    gaps = []
    for at, left, right in line.gaps:
        k = bisect_right(wide, at)
        if at in wide or old[k] == new[k]:
            gaps.append((at + shifts[k], left, right))
    return replace(line, text="".join(new), gaps=tuple(gaps))
