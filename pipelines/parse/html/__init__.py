"""Web pages: trafilatura tells what on a page is its text, our own walk tells what form it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress, takewhile
from typing import Any

import trafilatura
from lxml import etree

from kb.errors import UnreadableFile
from kb.models import Block, Parsed
from pipelines.parse.encoding import decode
from pipelines.parse.html.facts import bibliography_of
from pipelines.parse.html.furniture import clear, sorted_out
from pipelines.parse.html.menus import heads, is_menu, leads_around
from pipelines.parse.html.tree import tree_of
from pipelines.parse.html.walk import LISTS, blocks_of
from pipelines.parse.references import with_references
from pipelines.parse.tidy import plain

LEAST_SHARE = 0.5
"""Of what reads like text on a page: if trafilatura finds less, it is not followed."""

ENOUGH_SHINGLES = 0.6
SHINGLE = 4
SENTENCE_WORDS = 8
LONG = 30
FEW_WORDS = 30
"""Words of a page that may only ask for scripts to be run."""

AROUND = ("aside", "footer", "form", "header", "iframe", "nav", "script")
"""What a page has that is more than a text, as those saved by Word are."""

LARGEST_FOR_EXTRACTION = 5_000_000
SENTENCE_END = re.compile(r"[.:;?!][”\"')\]\d]*(?:\s|$)")
WORD = re.compile(r"\w+")
REFERENCE_LINK = re.compile(
    r"\s*\[\s*(?:DOI|Pub ?Med|PMC free article|(?:Google )?Scholar|Cross ?Ref|Scopus)\s*\]",
    re.IGNORECASE,
)
"""What publishers' pages put behind each entry of a list of references, linked."""

XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse(content: bytes) -> Parsed:
    """The blocks of a page, without what surrounds its text, and what its head says of it."""
    text = XML_DECLARATION.sub("", decode(content).replace("\x00", "")).strip()
    root = tree_of(text)
    furniture, suspected = sorted_out(root)
    for element in suspected:
        clear(element)
    found = extracted(etree.tostring(root, encoding="unicode") if suspected else text)
    told = told_by(found)
    blocks = with_references(blocks_of(root, lambda element: is_passed(element, furniture, told)))
    check_loaded(root, blocks)
    blocks = tuple(map(without_links, blocks))
    if furniture or suspected or next(root.iter(*AROUND), None) is not None:
        blocks = own_text(blocks, told)
    return Parsed(blocks=blocks, bibliography=bibliography_of(root, found))


def without_links(block: Block) -> Block:
    """An entry of a list of references without the links to where it may be found."""
    if block.kind != "reference":
        return block
    return replace(block, text=REFERENCE_LINK.sub("", block.text).strip())


def check_loaded(root: etree._Element, blocks: Sequence[Block]) -> None:
    """Raise UnreadableFile for a page that is empty until its scripts or frames fetch the text."""
    words = " ".join(block.text for block in blocks)
    if root.find(".//frameset") is not None:
        raise UnreadableFile("only frames other pages; save those")
    if root.find(".//script") is None or len(words.split()) > FEW_WORDS:
        return
    if not words or "javascript" in plain(root).lower():
        raise UnreadableFile("holds no text; save the page from a browser after it has loaded")


def extracted(text: str) -> Any:
    """Trafilatura's document, or None where it finds nothing or the page is too large for it."""
    if len(text) > LARGEST_FOR_EXTRACTION:
        return None
    try:
        return trafilatura.bare_extraction(
            text,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (RecursionError, ValueError, AttributeError, TypeError, etree.LxmlError):
        return None


def is_passed(element: etree._Element, furniture: frozenset[etree._Element], told: Told) -> bool:
    """Whether an element is furniture, or a list that only leads elsewhere, or heads one."""
    if element in furniture or element.get("class", "").startswith("MsoToc"):
        return True
    listed = element if element.tag in LISTS else heads(element)
    if listed is None:
        return False
    return leads_around(listed) or (is_menu(listed) and not is_any_told(listed, told))


def is_any_told(element: etree._Element, told: Told) -> bool:
    """Whether trafilatura found an item of a list."""
    return any(is_told(plain(item), told) for item in element.iter("li"))


def own_text(blocks: tuple[Block, ...], told: Told) -> tuple[Block, ...]:
    """The blocks that trafilatura found too, and what stands among them and reads like text."""
    known = [is_told(block.text, told) for block in blocks]
    sizes = [len(block.text) * reads_like_text(block) for block in blocks]
    kept = sum(size for size, is_known in zip(sizes, known, strict=True) if is_known)
    if not kept or kept < LEAST_SHARE * sum(sizes):
        return blocks
    first, last = reach(blocks, known)
    first = title_before(blocks, first)
    chosen = [
        is_known or belongs(block, first <= number <= last)
        for number, (block, is_known) in enumerate(zip(blocks, known, strict=True))
    ]
    for number in reversed(range(len(blocks) - 1)):
        if blocks[number].kind in ("heading", "caption") and chosen[number + 1]:
            chosen[number] = True
    return tuple(compress(blocks, chosen))


def reach(blocks: Sequence[Block], known: list[bool]) -> tuple[int, int]:
    """The first and the last block of the page's text, the list or table there in full."""
    first = known.index(True)
    last = len(known) - 1 - known[::-1].index(True)
    before = run_length(blocks[first].kind, blocks[:first][::-1])
    before += sum(1 for _ in takewhile(is_long, reversed(blocks[: first - before])))
    return first - before, last + run_length(blocks[last].kind, blocks[last + 1 :])


def is_long(block: Block) -> bool:
    """Whether a block is a paragraph of several lines, which only a text has."""
    return block.kind == "paragraph" and len(block.text.split()) >= LONG and reads_like_text(block)


def title_before(blocks: Sequence[Block], first: int) -> int:
    """The heading of the first level nearest before a block, else that block."""
    titles = (at for at in reversed(range(first)) if blocks[at].kind == "heading")
    at = next(titles, first)
    return at if blocks[at].level == 1 else first


def run_length(kind: str, blocks: Sequence[Block]) -> int:
    """How many blocks at the beginning go on with a list or a table."""
    if kind not in ("list_item", "table_row"):
        return 0
    return len(list(takewhile(lambda block: block.kind == kind, blocks)))


def belongs(block: Block, is_inside: bool) -> bool:
    """Whether a block that trafilatura left out is text all the same."""
    if block.kind in ("footnote", "reference"):
        return True
    if block.kind in ("heading", "caption", "table_row", "list_item"):
        return is_inside
    if block.kind == "box":
        return is_inside and SENTENCE_END.search(block.text) is not None
    return is_inside and reads_like_text(block)


def reads_like_text(block: Block) -> bool:
    """Whether there is a sentence in a block."""
    is_long = len(block.text.split()) >= SENTENCE_WORDS
    return is_long and SENTENCE_END.search(block.text) is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What trafilatura found: whole pieces, the text in one, and its runs of SHINGLE words."""

    pieces: frozenset[str]
    text: str
    runs: frozenset[tuple[str, ...]]


def told_by(found: Any) -> Told:
    """What trafilatura found, in a form that blocks can be looked up in."""
    if found is None or found.body is None:
        return Told(frozenset(), "", frozenset())
    pieces = (" ".join(words_in(plain(part))) for part in found.body.iter(etree.Element))
    words = words_in(" ".join(map(str, found.body.itertext())))
    return Told(frozenset(pieces), f" {' '.join(words)} ", frozenset(shingles(words)))


def is_told(text: str, told: Told) -> bool:
    """Whether trafilatura found a block: nearly all its word runs, or just this if it is short."""
    words = words_in(text)
    if len(words) >= SHINGLE:
        own = list(shingles(words))
        return sum(run in told.runs for run in own) >= ENOUGH_SHINGLES * len(own)
    line = " ".join(words)
    return line in told.pieces or (len(words) == SHINGLE - 1 and f" {line} " in told.text)


def words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    return WORD.findall(text.lower())


def shingles(words: list[str]) -> Iterable[tuple[str, ...]]:
    """All runs of SHINGLE words."""
    return zip(*(words[offset:] for offset in range(SHINGLE)), strict=False)
