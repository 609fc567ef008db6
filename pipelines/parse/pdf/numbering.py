"""What a number at the start of a line tells: a list, a heading, or paragraphs that are counted."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from pipelines.parse.pdf.apart import Item
from pipelines.parse.pdf.lines import PrintedLine

SECTIONED = re.compile(r"(\d{1,2}(?:\.\d{1,3})+)\.?\s+(?=[A-Z“‘\"'(])")
_FEWEST_SECTIONED = 3
_LAST_NUMBER = re.compile(r"((?:\d{1,2}\.)*)(\d{1,2})[.)]?\s")
NUMBERED = re.compile(r"(\d{1,3})\.?\s+(?=[A-Z“‘\"'(])")
"""What opens a paragraph in a report that numbers its paragraphs throughout."""
_FEWEST = 5
_NEAR = 4
"""Lines; sister items of a list stand no further apart, or have more words than a heading."""


def numbers_paragraphs(texts: Sequence[str]) -> bool:
    """Whether a report numbers its paragraphs ("1.12 The programme"), in their order."""
    found = [match[1] for text in texts if (match := SECTIONED.match(text))]
    numbers = [tuple(map(int, number.split("."))) for number in found]
    risen = sum(a < b for a, b in pairwise(numbers))
    return len(numbers) >= _FEWEST_SECTIONED and risen >= 0.9 * (len(numbers) - 1)


def is_listed(items: Sequence[Item], k: int) -> bool:
    """Whether a numbered line has the number before or after its own close by."""
    begin = max(0, k - _NEAR)
    numbers = {
        x: (found[1], int(found[2]))
        for x, item in enumerate(items[begin : k + _NEAR + 1], start=begin)
        if isinstance(item, PrintedLine) and (found := _LAST_NUMBER.match(item.text))
    }
    if k not in numbers:
        return False
    section, own = numbers[k]
    sisters = {("", own - 1), ("", own + 1)}
    return not section and not sisters.isdisjoint(numbers.values())


def numbered_paragraphs(items: Sequence[Item], headings: Set[int]) -> set[int]:
    """Where the paragraphs of `items` begin, if a report numbers them 1, 2, … past its headings."""
    chain: list[int] = []
    for k, item in enumerate(items):
        if isinstance(item, PrintedLine) and k not in headings:
            found = NUMBERED.match(item.text)
            if found and found[1] == "1" and not _passes(chain, headings):
                chain = [k]
            elif found and int(found[1]) == len(chain) + 1:
                chain.append(k)
    return set(chain) if len(chain) >= _FEWEST and _passes(chain, headings) else set()


def _passes(chain: Sequence[int], headings: Set[int]) -> bool:
    """Whether numbers go on past a heading."""
    return any(chain[0] < heading < chain[-1] for heading in headings) if chain else False
