"""The records that pass from stage to stage; frozen, and knowing nothing of each other's makers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "heading", "paragraph", "list_item", "table_row", "caption", "footnote", "box", "reference"
]
"""What a block of a document is. A pull quote or an aside set apart from the text is a `box`."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the top left corner of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where a printed line begins in its block's text, and where it stands on paper.

    `char_start` counts code points from the start of the block; the line goes on until the
    next line's `char_start` or the end of the block. `page` counts from 1.
    """

    char_start: int
    page: int
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block as a parser found it: verbatim text, white space folded, without its bullet.

    `level` is the depth of a heading or a list item, from 1, and 0 for all others. `head` holds
    the column heads of a table row, in the row's own form ("a | b"). `lines` is empty where the
    format has no pages.
    """

    kind: Kind
    text: str
    level: int = 0
    head: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """What is known of a work; `None` or empty where the document does not tell."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str | None = None
    kind: str | None = None
    url: str | None = None
    doi: str | None = None
    licence: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser makes of one file: blocks in reading order; `pages` is None without pages."""

    blocks: tuple[Block, ...]
    bibliography: Bibliography = field(default_factory=Bibliography)
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One work with its canonical `text`, into which all positions count."""

    id: str
    title: str
    path: str
    sha256: str
    text: str
    words: int
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str | None = None
    kind: str | None = None
    url: str | None = None
    doi: str | None = None
    licence: str | None = None
    language: str | None = None
    pages: int | None = None
    quality: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block in its document: `document.text[char_start:char_end] == text`.

    `lines` count from the start of the passage's own text, as a block's do.
    """

    id: str
    document_id: str
    ordinal: int
    kind: Kind
    text: str
    char_start: int
    char_end: int
    heading: str = ""
    lead_in: str = ""
    level: int = 0
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The unit of coding, verbatim: `document.text[char_start:char_end] == text`.

    `page` is that of its first character; `lines` are the printed lines it stands on, the first
    one perhaps begun before it.
    """

    id: str
    document_id: str
    passage_id: str
    ordinal: int
    text: str
    char_start: int
    char_end: int
    lead_in: str = ""
    heading: str = ""
    page: int | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One code given to one statement; what is noted with it is the codebook's business."""

    id: str
    statement_id: str
    document_id: str
    code: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    status: str = "predicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity that a text names: its preferred `name`, and the `text` as printed."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A statement that answers a question; a higher `score` is better, always."""

    statement_id: str
    document_id: str
    title: str
    year: int | None
    page: int | None
    quote: str
    lead_in: str
    heading: str
    codes: tuple[str, ...]
    themes: tuple[str, ...]
    score: float
    matched_by: tuple[str, ...]
