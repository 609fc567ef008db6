"""What print carries besides its text: page numbers, lines of contents, running heads."""

from __future__ import annotations

import re

_ROMAN = r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_NUMBER = rf"(?:\d{{1,4}}|{_ROMAN})"
_PAGE_NUMBER = re.compile(
    rf"(?:[-–—|] ?)?(?:page |p\. ?)?{_NUMBER}(?: ?(?:of|/) ?\d{{1,4}})?(?: ?[-–—|])?", re.I
)
_LEADERS = re.compile(
    rf"(?<![.…])(?<![.…] )(?:(?:[.…] ?){{4,}}+|…[.… ]++) *(?P<number>\d{{1,4}}|{_ROMAN})?$", re.I
)


def is_page_number(line: str) -> bool:
    """Whether a line is a page's number and nothing else: "12", "xiv", "Page 3 of 20"."""
    return _PAGE_NUMBER.fullmatch(line.strip()) is not None


def is_contents_line(line: str, *, number_apart: bool = False) -> bool:
    """Whether dots lead from a line's words to a page's number, which may stand apart from it."""
    found = _LEADERS.search(line)
    return found is not None and (number_apart or found["number"] is not None)


def running_key(line: str) -> str:
    """What a running head has in common with itself on other pages: its words, not its numbers."""
    return re.sub(r"\d+", "#", line.casefold())
