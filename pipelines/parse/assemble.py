"""From a parser's blocks to a document with its canonical text, and the passages that lie in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from itertools import pairwise, zip_longest
from typing import Any

from kb.models import Bibliography, Block, Document, Parsed, Passage
from pipelines.parse.context import contexts
from pipelines.parse.facts import language_of
from pipelines.parse.languages import languages_of
from pipelines.parse.quality import judge
from pipelines.parse.tidy import clean, fold, has_words
from pipelines.parse.titles import title_of

TIGHT = {"list_item", "table_row"}
"""Kinds whose neighbours of the same kind stand on the next line, without an empty one between."""


def assemble(
    parsed: Parsed, *, path: str, sha256: str, known: Bibliography | None = None
) -> tuple[Document, tuple[Passage, ...]]:
    """The document and its passages; what is `known` of the work wins over what was parsed."""
    blocks = [block for block in map(tidy_block, parsed.blocks) if has_words(block.text)]
    starts = list(starts_in_text(blocks))
    text = joined(blocks)
    document_id = sha256[:12]
    facts = settled(parsed.bibliography, known or Bibliography(), blocks, path)
    spoken = languages_of(blocks, facts.language)
    passages = tuple(
        Passage(
            id=f"{document_id}-p{ordinal}",
            document_id=document_id,
            ordinal=ordinal,
            kind=block.kind,
            text=block.text,
            char_start=start,
            char_end=start + len(block.text),
            heading=context.heading,
            lead_in=context.lead_in,
            level=block.level,
            language=language,
            lines=block.lines,
        )
        for ordinal, (block, start, context, language) in enumerate(
            zip(blocks, starts, contexts(blocks), spoken, strict=True), start=1
        )
    )
    sheets, quality = judge(passages, parsed.sheets, facts.language)
    document = Document(
        id=document_id,
        path=path,
        sha256=sha256,
        text=text,
        words=sum(map(has_words, text.split())),
        pages=parsed.pages,
        quality=quality,
        sheets=sheets,
        **asdict(facts),
    )
    return document, passages


def tidy_block(block: Block) -> Block:
    """The block in NFC and printable characters, its lines moved to where their words now are."""
    text, head = clean(block.text), fold(clean(block.head))
    if (text.strip(), head) == (block.text, block.head):
        return block
    margin = len(text) - len(text.lstrip())
    text = text.strip()
    lines = (
        replace(line, char_start=min(max(start - margin, 0), len(text)))
        for line, start in zip(block.lines, moved(block), strict=True)
    )
    return replace(block, text=text, head=head, lines=tuple(lines))


def moved(block: Block) -> Iterator[int]:
    """Where each line of the block begins in its cleaned text."""
    position = length = 0
    for line in block.lines:
        length += len(clean(block.text[position : line.char_start]))
        position = line.char_start
        yield length


def between(block: Block, following: Block) -> str:
    """What stands between two blocks in the canonical text."""
    return "\n" if block.kind == following.kind and block.kind in TIGHT else "\n\n"


def starts_in_text(blocks: list[Block]) -> Iterator[int]:
    """The code point at which each block begins in the canonical text."""
    position = 0
    for block, following in zip_longest(blocks, blocks[1:]):
        yield position
        if following:
            position += len(block.text) + len(between(block, following))


def joined(blocks: list[Block]) -> str:
    """The canonical text."""
    gaps = [between(block, following) for block, following in pairwise(blocks)]
    return "".join(
        block.text + gap for block, gap in zip(blocks, [*gaps, ""][: len(blocks)], strict=True)
    )


def settled(
    found: Bibliography, known: Bibliography, blocks: list[Block], path: str
) -> Bibliography:
    """Every bibliographic field: known, else found, else worked out from the text or the name."""
    names = [field.name for field in fields(Bibliography)]
    chosen: dict[str, Any] = {
        name: getattr(known, name) or tidy_value(getattr(found, name)) for name in names
    }
    chosen["title"] = known.title or title_of(chosen["title"], blocks, chosen["authors"], path)
    chosen["language"] = chosen["language"] or language_of(block.text for block in blocks)
    return Bibliography(**chosen)


def tidy_value(value: Any) -> Any:
    """A bibliographic value with its words cleaned; an empty one is None or ()."""
    if isinstance(value, str):
        return fold(clean(value)) or None
    if isinstance(value, tuple):
        return tuple(name for name in (fold(clean(str(part))) for part in value) if name)
    return value
