"""What names the publication above the title of its first page."""

from __future__ import annotations

from pipelines.parse.flow import ends_sentence, marker
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine, body_size

_TITLE = 1.5
"""So many times the body's size is that of a title below a masthead."""
_SMALL = 0.55
"""A masthead has at most this share of the title's size, or is no larger than the body."""
_LOWEST, _DEEPEST = 0.5, 0.25
"""Shares of the page's height above which the title stands, and the masthead."""
_LONGEST = 14
_DROP_CAP = 2
"""So few letters are a drop cap, or of a figure set large such as "£2.5m", and no title."""


def masthead(page: PageLayout) -> list[PrintedLine]:
    """The small print above a first page's title, if nothing up there is a sentence."""
    body = body_size(page.lines)
    # a drop cap or a figure may be larger than any title
    worded = (line for line in page.lines if sum(map(str.isalpha, line.text)) > _DROP_CAP)
    size = max((line.size for line in worded), default=0.0)
    title = min((line.y0 for line in page.lines if line.size == size), default=0.0)
    above = [line for line in page.lines if line.middle < title]
    if size < _TITLE * body or title > _LOWEST * page.height or any(map(_is_text, above)):
        return []
    return [
        line
        for line in above
        if line.size < max(_SMALL * size, 1.06 * body)
        and line.y1 < _DEEPEST * page.height
        and not (line.bold and line.size > 0.95 * body)
    ]


def _is_text(line: PrintedLine) -> bool:
    """Whether a line is or ends a sentence, or is as long as one, or is an item of a list."""
    ends = ends_sentence(line.text) and not line.text.isupper()
    found = marker(line.text)
    is_item = found is not None and not found.number
    return ends or is_item or len(line.text.split()) > _LONGEST
