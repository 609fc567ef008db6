"""What a work is called: as it says of itself, else by a heading, else by the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import PurePath

from kb.models import Block
from pipelines.parse.looks import SENTENCE_END
from pipelines.parse.references import heading_names
from pipelines.parse.tidy import fold

RUNNING = 25
"""Words from which a text that ends as a sentence is no standing line above a title."""
FURTHER = 2
"""Headings below the only one of the first level that make it the title, wherever it stands."""


def title_of(found: str | None, blocks: Sequence[Block], authors: Sequence[str], path: str) -> str:
    """The title that was found, if it names more than a section, else the best there is."""
    if found and not is_generic(found):
        return found
    return next(headings_of_title(blocks, authors), None) or readable(path)


def is_generic(title: str) -> bool:
    """Whether it is the name of a section or a kind of text, such as "1. Introduction"."""
    return heading_names(title, "generic_titles")


def headings_of_title(blocks: Sequence[Block], authors: Sequence[str]) -> Iterator[str]:
    """The headings that may be the title: those above the text, over the authors, or over all."""
    levels = [block.level for block in blocks if block.kind == "heading"]
    is_only = levels.count(1) == 1 and len(levels) > FURTHER
    is_above = True
    for block, following in zip_longest(blocks, blocks[1:]):
        is_above = is_above and not is_running(block)
        if block.kind != "heading" or is_generic(block.text):
            continue
        if is_above or (is_only and block.level == 1) or names_one_of(following, authors):
            yield block.text


def is_running(block: Block) -> bool:
    """Whether a block is of the text itself, and no line that stands above a title."""
    is_text = block.kind in ("paragraph", "list_item")
    return (
        is_text
        and len(block.text.split()) >= RUNNING
        and SENTENCE_END.search(block.text) is not None
    )


def names_one_of(block: Block | None, authors: Sequence[str]) -> bool:
    """Whether a block that is no running text names one of the authors."""
    if block is None or is_running(block):
        return False
    return any(fold(author) in fold(block.text) for author in authors)


def readable(path: str) -> str:
    """The file's name as words: without its suffix, and signs that stand for spaces."""
    name = unicodedata.normalize("NFC", PurePath(path).stem)
    words = fold(re.sub(r"_+|%20|(?<=\w)\+(?=\w)", " ", name))
    if " " not in words:
        words = fold(words.replace("-", " "))
    if " " in words and words.islower():
        words = words[0].upper() + words[1:]
    return words or name or path
