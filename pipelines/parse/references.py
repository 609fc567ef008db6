"""Which blocks are entries of a list of works cited, by the heading they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.models import Block, Kind
from pipelines.parse.tidy import fold, vocabulary

NUMBERING = re.compile(r"^(?:(?:appendix|annex)\s+\w+|[\divxlc]+(?:\.\d+)*)[.:)]?\s+", re.I)
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
    """Each block in order; a section ends with the next heading that is no deeper than its own."""
    kind: Kind | None = None
    level = 0
    for block in blocks:
        if block.kind == "heading":
            if kind is None or block.level <= level:
                kind, level = section_kind(block.text), block.level
            yield block
        elif kind and is_entry(block, kind):
            yield replace(block, kind=kind, level=0)
        else:
            yield block


def section_kind(heading: str) -> Kind | None:
    """What the blocks under this heading are, or None if it does not tell."""
    if heading_names(heading, "references"):
        return "reference"
    return "footnote" if heading_names(heading, "notes") else None


def is_entry(block: Block, kind: Kind) -> bool:
    """Whether a block under such a heading is one of its entries, and not a stray paragraph."""
    if kind == "footnote":
        return block.kind == "list_item"
    if block.kind == "list_item":
        return True
    return block.kind == "paragraph" and bool(LOOKS_CITED.search(block.text))
