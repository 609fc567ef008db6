"""Which blocks are entries of a list of works cited, by the heading they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.models import Block, Kind
from pipelines.parse.tidy import fold, vocabulary

NUMBERING = re.compile(
    r"^(?:(?:appendix|annex|chapter|part|section)\s+\w+|[\divxlc]+(?:\.\d+)*)[.:)]?\s+", re.I
)
ENTRY_NUMBER = re.compile(r"\[(\d{1,3})\]|\(?(\d{1,3})[.)]|(\d{1,3})\s+(?=[A-Z])")
LOOKS_CITED = re.compile(
    r"^(?:\[\d+\]|\(\d+\)|\d{1,3}[.)]?)\s+\S"
    r"|(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|https?://|www\.|doi|et al|[(\[,]\s*(?:n\.d\.|in press)",
    re.IGNORECASE,
)


def heading_names(text: str, section: str) -> bool:
    """Whether a heading is that of a `section` of words.yml ("References:", "7. References")."""
    name = NUMBERING.sub("", fold(text).lower()).strip(" :.")
    return name in vocabulary()[section]


def with_references(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with the entries under a heading like "References" as such."""
    return tuple(relabelled(blocks))


def relabelled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Each block in order; a section ends with the next heading that is no deeper than its own.

    Behind a box (the sidebar of a page, say) a list may be something else, and is looked at.
    """
    kind: Kind | None = None
    level = 0
    after_box = False
    for block in blocks:
        after_box = block.kind == "box" or (after_box and block.kind != "heading")
        if block.kind == "heading":
            if kind is None or block.level <= level:
                kind, level = section_kind(block.text), block.level
            yield block
        elif kind and is_entry(block, kind, look=after_box):
            yield replace(block, kind=kind, level=0)
        else:
            yield block


def is_reference_heading(text: str) -> bool:
    """Whether a list of references begins below this heading."""
    return section_kind(text) == "reference"


def entry_number(text: str) -> int:
    """The number that opens a printed reference ("[3] Ham C", "3. Ham C"), 0 if none."""
    found = ENTRY_NUMBER.match(text)
    return int(next(filter(None, found.groups()))) if found else 0


def section_kind(heading: str) -> Kind | None:
    """What the blocks under this heading are, or None if it does not tell."""
    if heading_names(heading, "references"):
        return "reference"
    return "footnote" if heading_names(heading, "notes") else None


def is_entry(block: Block, kind: Kind, *, look: bool) -> bool:
    """Whether a block under such a heading is one of its entries, and not a stray paragraph.

    With `look` an item of a list too must look like an entry.
    """
    if block.kind == "list_item" and not look:
        return True
    may_be = block.kind == "list_item" or (block.kind == "paragraph" and kind == "reference")
    return may_be and bool(LOOKS_CITED.search(block.text))
