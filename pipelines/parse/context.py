"""What a block stands under: its heading, and the words that lead into its list or table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from kb.models import Block
from pipelines.parse.tidy import vocabulary
from pipelines.sentences import Splitter, load_splitter

LONGEST_TAIL = 2_000
"""Characters before a text's end in which its last sentence is looked for."""
MOST_WORDS = 8
"""Longer sentences say enough by themselves, whatever they point to."""
MARKS = ",:([“‘\"'"
LAST_WORD = re.compile(r"([^\W_]+)[\s\])”’\"']*$")


@dataclass(frozen=True, slots=True)
class Context:
    """The innermost heading above a block, and the words that complete it, or ""."""

    heading: str
    lead_in: str


@dataclass(slots=True)
class Place:
    """Where reading has come to: open headings, open list items, what introduces a list here.

    `before` is the paragraph just above, where no list or heading lies between.
    """

    headings: list[Block] = field(default_factory=list)
    items: list[Block] = field(default_factory=list)
    introduction: str = ""
    before: str = ""


def contexts(blocks: Sequence[Block]) -> Iterator[Context]:
    """The context of each block, in order."""
    place = Place()
    for block in blocks:
        if block.kind == "heading":
            close(place.headings, block)
        elif block.kind == "list_item":
            close(place.items, block)
        heading = place.headings[-1].text if place.headings else ""
        yield Context(heading, lead_in_of(block, place))
        move_on(place, block)


def close(opened: list[Block], block: Block) -> None:
    """Leave everything that a block of this level ends."""
    while opened and max(opened[-1].level, 1) >= max(block.level, 1):
        opened.pop()


def lead_in_of(block: Block, place: Place) -> str:
    """The column heads of a table row; of an item, what introduces its list, outermost first."""
    if block.kind == "table_row":
        return block.head
    if block.kind != "list_item":
        return ""
    return " ".join(filter(None, [place.introduction, *(item.text for item in place.items)]))


def move_on(place: Place, block: Block) -> None:
    """Note what the block opens or ends; notes and captions stand outside the flow."""
    match block.kind:
        case "heading":
            place.headings.append(block)
            place.items.clear()
            place.introduction = block.text if block.text.endswith(":") else ""
            place.before = ""
        case "list_item":
            place.items.append(block)
            place.before = ""
        case "paragraph":
            place.items.clear()
            place.introduction = introduction(block.text, place.before)
            place.before = block.text
        case "box":
            place.items.clear()
            place.introduction = introduction(block.text, "")
        case "reference":
            place.items.clear()
            place.introduction = place.before = ""


def leads_in(text: str) -> bool:
    """Whether a paragraph is unfinished and wants the list that follows it."""
    if text.endswith((":", ";", ",", "–", "—", ":-")):
        return True
    last = LAST_WORD.search(text[-80:])
    return last is not None and last.group(1).lower() in vocabulary()["leading"]


def introduction(text: str, before: str) -> str:
    """The last sentence of a paragraph that leads into a list, or "".

    One such as "These include:" is told with the sentence that it points back to.
    """
    if not leads_in(text):
        return ""
    last = last_sentence(text)
    if not points_back(last):
        return last
    earlier = text.removesuffix(last).strip() or before
    return f"{last_sentence(earlier)} {last}".strip()


def points_back(sentence: str) -> bool:
    """Whether a short sentence begins with a word for something said before."""
    words = sentence.lower().split()
    return len(words) <= MOST_WORDS and words[0].strip(MARKS) in vocabulary()["pointing"]


def last_sentence(text: str) -> str:
    """The last sentence of `text`, however it ends."""
    tail = text[-LONGEST_TAIL:]
    start, _ = (_splitter()(tail) or [(0, 0)])[-1]
    return tail[start:] if start else text


@cache
def _splitter() -> Splitter:
    return load_splitter()
