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


ReadBy = Literal["text", "ocr", "nothing", "failed", "damaged", "blank"]
"""How a page was read: an image by `nothing` where there is no Tesseract, or where that `failed`;
one that is `damaged` not at all; a `blank` one holds nothing to read."""

UnreadPages = Mapping[str, Mapping[ReadBy, tuple[int, ...]]]
"""Pages that could not be read, by the name of the file and by how that was tried.

Where several documents have one name, the id of each stands behind it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How well a page could be read; shares and `quality` go from 0 to 1, None if not judged.

    `unknown` is the share of words that no word list knows, `doubtful` that of lines whose place
    in the order of reading is in doubt. A parser gives `number`, `read_by` and `doubtful`.
    """

    number: int
    read_by: ReadBy = "text"
    doubtful: float | None = None
    words: int = 0
    unknown: float | None = None
    quality: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser makes of one file: blocks in reading order; `pages` is None without pages.

    `sheets` are those pages, as far as the parser says how it read them.
    """

    blocks: tuple[Block, ...]
    bibliography: Bibliography = field(default_factory=Bibliography)
    pages: int | None = None
    sheets: tuple[Page, ...] = ()


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
    sheets: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block in its document: `document.text[char_start:char_end] == text`.

    `lines` count from the start of the passage's own text, as a block's do. `language` is given
    where it is not the document's.
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
    language: str | None = None
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
class Citation:
    """An entry of a document's references: its text as printed, and what it says of the work.

    `label` is its number, or else the first name and the year; `suffix` the letter of "2010a".
    """

    id: str
    document_id: str
    passage_id: str
    label: str
    text: str
    authors: tuple[str, ...] = ()
    title: str | None = None
    year: int | None = None
    suffix: str = ""
    container: str | None = None
    doi: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A statement cites an entry; `mark` is what is printed there ("[3]", "Ham (2010)")."""

    statement_id: str
    citation_id: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work that documents cite; `document_id` is that of the document that it is."""

    id: str
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    container: str | None
    doi: str | None
    url: str | None
    text: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """By what a document of the base is known again where another one cites it."""

    title: str
    year: int | None = None
    doi: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A statement that answers a question; a higher `score` is better, always.

    Each of `claims` has its `id` and `code`, and by attribute what was noted: `words` that stand in
    the document, and `values` of the codebook.
    `parts` are what the score is the weighted sum of. `copies` are the statements that say the
    same in nearly the same words. `marks` are where the question's words stand in the quote.
    """

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
    claims: tuple[Mapping[str, Any], ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question finds, best first; `weak` where none of it is likely to answer.

    `missing` are the words of the question that no statement has, in any inflection.
    """

    hits: tuple[Hit, ...]
    weak: bool
    missing: tuple[str, ...] = ()

    @property
    def good(self) -> tuple[Hit, ...]:
        """Give the hits to show unasked: none where they are weak."""
        return () if self.weak else self.hits
