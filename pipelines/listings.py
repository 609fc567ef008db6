"""Which passages only list names: heads of a table's columns, and what short forms stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from kb.models import Passage
from pipelines.short_forms import stands_for

NAMES = Path(__file__).with_name("listings.yml")
MOST_HEADS = 3
"""Rows that together name the columns of a table."""
FEWEST = 3
"""Rows of short forms that make a list of them without a heading."""
SHORT = 8
"""Words of an item that with a full stop make no sentence yet."""
LONGEST = 25
"""Words of an item in a list of short forms; what is longer says something."""

NUMBERING = re.compile(r"^(?:(?:appendix|annex|section)\s+\w+|[\divx]+(?:\.\d+)*)[.:)]?\s+", re.I)
WORD = re.compile(r"[^\s|]+")
OPENING = re.compile(r"([^\W\d_][^:.]{4,50}):\s")
EXPLAINED = re.compile(r"\s*[^\s:;=]{1,15}\s*(?:[:=,–—]|\s-)\s*\w")
CELLS = re.compile(r"\s*(?:\||:|=|\s[–—-]\s)\s*")


def listings(passages: Sequence[Passage]) -> frozenset[str]:
    """The ids of the passages that are no statements, whatever they hold."""
    return frozenset(
        passage.id
        for found in (column_heads(passages), under_heading(passages), without_heading(passages))
        for passage in found
    )


def column_heads(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The rows whose words are the heads of the row behind them."""
    for at, passage in enumerate(passages):
        if passage.kind != "table_row" or not passage.lead_in:
            continue
        for count in range(1, MOST_HEADS + 1):
            rows = passages[max(0, at - count) : at]
            if any(row.kind != "table_row" or row.lead_in for row in rows):
                break
            if words_of(*(row.text for row in rows)) == words_of(passage.lead_in):
                yield from rows


def words_of(*texts: str) -> list[str]:
    """The words of rows without their bars, in one order."""
    return sorted(word for text in texts for word in WORD.findall(text))


def under_heading(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The items, rows and runs of short forms under a heading, or a label, that says so."""
    for passage in passages:
        label = OPENING.match(passage.text)
        if label is not None and is_list_name(label[1]):
            is_list = bool(EXPLAINED.match(passage.text, label.end()))
        else:
            is_list = is_list_name(passage.heading) and names_only(passage)
        if is_list:
            yield passage


@cache
def is_list_name(heading: str) -> bool:
    """Whether a heading is that of a list of short forms ("2. Abbreviations:")."""
    return NUMBERING.sub("", " ".join(heading.lower().split())).strip(" :.") in list_names()


@cache
def list_names() -> frozenset[str]:
    """The headings of lists of short forms, in small letters."""
    return frozenset(yaml.safe_load(NAMES.read_text(encoding="utf-8"))["short_forms"])


def names_only(passage: Passage) -> bool:
    """Whether a passage under such a heading is one of its entries, or a paragraph of them."""
    if passage.kind in ("list_item", "table_row"):
        words = len(passage.text.split())
        is_sentence = words > SHORT and passage.text.rstrip().endswith(".")
        return words <= LONGEST and (not is_sentence or bool(EXPLAINED.match(passage.text)))
    pieces = [piece for piece in passage.text.split(";") if piece.strip(" .")]
    is_run = len(pieces) > 1 and all(map(EXPLAINED.match, pieces))
    return passage.kind == "paragraph" and (is_run or explains_short_form(passage))


def without_heading(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Rows, one after another, of a short form and what it stands for."""
    for is_entry, run in groupby(passages, is_entry_of_list):
        found = list(run)
        if is_entry and len(found) >= FEWEST:
            yield from found


def is_entry_of_list(passage: Passage) -> bool:
    """Whether a row or item explains a short form, and says no more."""
    return passage.kind in ("list_item", "table_row") and explains_short_form(passage)


def explains_short_form(passage: Passage) -> bool:
    """Whether a passage is a short form and the words that have its letters, no more."""
    cells = CELLS.split(passage.text, maxsplit=1)
    return len(cells) == 2 and stands_for(cells[0].strip(), cells[1].strip(" .;"))
