"""Reads a master, Markdown with a bibliography in front, into a small tree for the writers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words in one dress; `note` is the number of a footnote that hangs here, or 0."""

    text: str = ""
    strong: bool = False
    emphasis: bool = False
    note: int = 0


Inline = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block; which fields are filled depends on `kind`. A table's first row is its head."""

    kind: Literal["heading", "paragraph", "list", "table", "box"]
    level: int = 0
    inline: Inline = ()
    ordered: bool = False
    items: tuple[Inline, ...] = ()
    rows: tuple[tuple[Inline, ...], ...] = ()
    right: tuple[bool, ...] = ()
    caption: Inline = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One work that a master cites; `dated` is "inferred" where the work itself has no date."""

    id: str
    ref: int
    authors: tuple[str, ...]
    title: str
    year: int
    licence: str
    dated: str = ""
    journal: str = ""
    publisher: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """One note as written: its bibliographic data, blocks, footnotes and references."""

    stem: str
    source: str
    title: str
    kind: str
    programme: str
    country: str
    period: str
    written: str
    licence: str
    format: str
    references: tuple[Reference, ...]
    blocks: tuple[Block, ...] = ()
    notes: tuple[Inline, ...] = field(default=())


PARSER = (
    MarkdownIt("commonmark", {"typographer": True})
    .enable(["table", "smartquotes"])
    .use(footnote_plugin)
    .use(front_matter_plugin)
)


def read_master(path: Path) -> Master:
    """Read one master; its first heading is the title and is not repeated among the blocks."""
    source = path.read_text(encoding="utf-8")
    tokens = PARSER.parse(source)
    head = yaml.safe_load(tokens[0].content)
    references = tuple(_reference(entry) for entry in head.pop("sources"))
    body, notes = _without_notes(tokens[1:])
    texts = {name: curl(str(value)) for name, value in head.items()}
    return Master(
        stem=path.stem,
        source=source,
        references=references,
        blocks=_captioned(list(_blocks(body)))[1:],
        notes=tuple(notes),
        **texts,
    )


def curl(text: str) -> str:
    """The text with the typographer's quotation marks."""
    return "".join(span.text for span in _inline(PARSER.parseInline(text)[0]))


def citation(reference: Reference) -> Inline:
    """A reference in print: authors, title, where, year, and where to find it."""
    year = f"[{reference.year}]" if reference.dated else str(reference.year)
    authors = ", ".join(reference.authors)
    stop = "" if reference.title.endswith("?") else "."
    if not reference.journal:
        where = f" {reference.publisher}; {year}. "
        title = Span(text=reference.title + stop, emphasis=True)
        return (Span(text=f"{authors}. "), title, Span(text=where + locator(reference)))
    pages = f":{reference.pages}" if reference.pages else ""
    volume = f";{reference.volume}{pages}" if reference.volume else ""
    return (
        Span(text=f"{authors}. {reference.title}{stop} "),
        Span(text=reference.journal, emphasis=True),
        Span(text=f" {year}{volume}. {locator(reference)}"),
    )


def locator(reference: Reference) -> str:
    """The DOI as it is printed, or the address."""
    return f"doi:{reference.doi}" if reference.doi else reference.url


def address(reference: Reference) -> str:
    """Where a link to the work leads."""
    return f"https://doi.org/{reference.doi}" if reference.doi else reference.url


def plain(inline: Inline) -> str:
    """The words alone, without dress and footnotes."""
    return "".join(span.text for span in inline)


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """Cut the text at its marks: "see [1, 4]" gives "see [", "1" for 1, ", ", "4" for 4, "]"."""
    end = 0
    for mark in re.finditer(r"\[\d+(?:, \d+)*\]", text):
        for number in re.finditer(r"\d+", mark[0]):
            start = mark.start() + number.start()
            yield text[end:start], 0
            yield number[0], int(number[0])
            end = start + len(number[0])
    yield text[end:], 0


def _reference(entry: Mapping[str, Any]) -> Reference:
    texts = {name: str(value) for name, value in entry.items() if name not in ("authors", "ref")}
    texts["title"] = curl(texts["title"])
    authors = tuple(curl(author) for author in entry["authors"])
    return Reference(**{**texts, "ref": entry["ref"], "year": entry["year"], "authors": authors})


def _without_notes(tokens: Sequence[Token]) -> tuple[list[Token], list[Inline]]:
    kinds = [token.type for token in tokens]
    if "footnote_block_open" not in kinds:
        return list(tokens), []
    start = kinds.index("footnote_block_open")
    notes = [_inline(token) for token in tokens[start:] if token.type == "inline"]
    return list(tokens[:start]), notes


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        yield _block(tokens[at], tokens[at + 1 : end])
        at = end + 1


def _closing(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at].nesting
        if not depth:
            return at
    raise ValueError(f"{tokens[start].type} is never closed")


def _block(opening: Token, inside: Sequence[Token]) -> Block:
    texts = tuple(_inline(token) for token in inside if token.type == "inline")
    if opening.type == "heading_open":
        return Block(kind="heading", level=int(opening.tag[1]) - 1, inline=texts[0])
    if opening.type == "paragraph_open":
        return Block(kind="paragraph", inline=texts[0])
    if opening.type in ("bullet_list_open", "ordered_list_open"):
        return Block(kind="list", ordered=opening.type.startswith("ordered"), items=texts)
    if opening.type == "blockquote_open":
        return Block(kind="box", blocks=tuple(_blocks(inside)))
    if opening.type == "table_open":
        return _table(inside, texts)
    raise ValueError(f"a master may not hold {opening.type}")


def _table(inside: Sequence[Token], cells: Sequence[Inline]) -> Block:
    heads = [token for token in inside if token.type == "th_open"]
    width = len(heads)
    rows = tuple(tuple(cells[at : at + width]) for at in range(0, len(cells), width))
    right = tuple("right" in str(token.attrGet("style")) for token in heads)
    return Block(kind="table", rows=rows, right=right)


def _captioned(blocks: list[Block]) -> tuple[Block, ...]:
    """A paragraph in bold that begins with "Table" is the caption of the table below it."""
    done: list[Block] = []
    for block in blocks:
        above = done[-1] if done else None
        if block.kind == "table" and above and plain(above.inline).startswith("Table "):
            done[-1] = Block(kind="table", rows=block.rows, right=block.right, caption=above.inline)
        else:
            done.append(block)
    return tuple(done)


def _inline(token: Token) -> Inline:
    strong = emphasis = 0
    spans: list[Span] = []
    for child in token.children or []:
        strong += child.nesting if child.tag == "strong" else 0
        emphasis += child.nesting if child.tag == "em" else 0
        if child.type == "footnote_ref":
            spans.append(Span(note=child.meta["id"] + 1))
        elif child.type in ("text", "softbreak"):
            text = " " if child.type == "softbreak" else child.content
            spans.append(Span(text=text, strong=strong > 0, emphasis=emphasis > 0))
    return tuple(span for span in spans if span.note or span.text)
