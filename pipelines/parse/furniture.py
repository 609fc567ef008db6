"""What print carries besides its text: page numbers, lines of contents, running heads."""

from __future__ import annotations

import re

_ROMAN = r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_NUMBER = rf"(?:\d{{1,4}}|{_ROMAN})"
_PAGE_NUMBER = re.compile(
    rf"(?:[-–—|•] ?)?(?:page |p\. ?|seite )?(?P<number>{_NUMBER})(?: ?(?:of|/|von) ?\d{{1,4}})?"
    r"(?: ?[-–—|•])?",
    re.I,
)
_NAMES_PAGE = re.compile(
    r"(?:[|•·] ?|(?<!\d)(?<!\d )[–—] ?|\bpage )\d{1,3}(?: of \d{1,4})?$"
    r"|^(?:page )?\d{1,3} ?[|•·]",
    re.I,
)
_LEADERS = re.compile(
    rf"(?<![.…])(?<![.…] )(?P<dots>(?:[.…] ?)++) *"
    rf"(?P<number>\d{{1,4}}|(?!(?-i:I)$){_ROMAN})?$",  # "I" may be the speaker
    re.I,
)
_FEWEST_DOTS = 4
_STAMP = re.compile(
    r"(?:https?://|file:///|www\.)\S+(?:\s+\S*)?(?:\s*\d+\s*(?:/|of)\s*\d+)?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+\d{1,2}:\d\d(?:\s?[ap]m)?(?:\s.*)?",
    re.I,
)
_EDGE_NUMBER = re.compile(rf"^(?:{_NUMBER}\b[\s|•–—-]*)?(.*?)(?:[\s|•–—-]*\b{_NUMBER})?$", re.I)
_LONGEST = 300
"""Characters of a line that are compared with those of other pages."""
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


def is_page_number(line: str) -> bool:
    """Whether a line is a page's number and nothing else: "12", "xiv", "Page 3 of 20"."""
    return _PAGE_NUMBER.fullmatch(line.strip()) is not None


def names_page(line: str) -> bool:
    """Whether a page's number is set off from what else a line says: "Annual report | 12".

    A year may be, too, or the last of several.
    """
    return _NAMES_PAGE.search(line.strip()) is not None


def page_number(line: str) -> int | None:
    """The number in a line that is a page's number, Roman ones too; None in any other."""
    found = _PAGE_NUMBER.fullmatch(line.strip())
    if not found:
        return None
    number = found["number"].lower()
    return int(number) if number.isdigit() else _roman(number)


def _roman(number: str) -> int:
    values = [_VALUES[letter] for letter in number]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def is_contents_line(line: str) -> bool:
    """Whether dots lead from a line's words to a page's number."""
    found = _LEADERS.search(line)
    return found is not None and bool(found["number"]) and leaders(line) >= _FEWEST_DOTS


def leaders(line: str) -> int:
    """How many dots end a line or lead to its number; an ellipsis in one sign counts as three."""
    found = _LEADERS.search(line)
    return found["dots"].count(".") + 3 * found["dots"].count("…") if found else 0


def is_print_stamp(line: str) -> bool:
    """Whether a line is what browsers print at the edge: a page's address, or date and hour."""
    return _STAMP.fullmatch(line.strip()) is not None


def running_key(line: str) -> str:
    """What a running head has in common with itself on other pages: its words, not its numbers."""
    words = _EDGE_NUMBER.sub(r"\1", line[:_LONGEST].casefold().strip())
    return re.sub(r"\d+", "#", words)
