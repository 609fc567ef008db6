"""A PDF into blocks: the places of its characters tell lines, columns, headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kb.errors import UnreadableFile
from kb.models import Block, Parsed
from pipelines.parse.flow import to_block, words_of
from pipelines.parse.pdf.bibliography import bibliography_of
from pipelines.parse.pdf.chars import Turn, characters_of
from pipelines.parse.pdf.frames import frames_of, level_rules
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.opening import check_shown, opened
from pipelines.parse.pdf.outline import Bookmark, bookmarks_of
from pipelines.parse.pdf.pages import drafts_of
from pipelines.parse.pdf.shapes import shapes_of
from pipelines.parse.pdf.sheets import OCR_FAILED, read_pages, reason_of_none
from pipelines.parse.pdf.words import lines_of
from pipelines.parse.references import dois_cited

_SHARE = re.compile(r"\d{1,3}(?:\.\d+)? ?%")
"""A figure that stands alone above what it is of."""


def parse(content: bytes) -> Parsed:
    """The blocks of a PDF, each with its printed lines' pages and boxes. Raises UnreadableFile."""
    document = opened(content)
    try:
        pages, sheets = read_pages(document, _layouts)
        text = " ".join(line.text for page in pages for line in page.lines)
        check_shown(document, content, text)
        metadata, bookmarks = document.get_metadata_dict(), bookmarks_of(document)
    finally:
        document.close()
    if not any(map(str.isalpha, text)):
        reason = reason_of_none(sheets)
        raise UnreadableFile(reason, passing=reason == OCR_FAILED)
    blocks = tuple(_blocks(pages, bookmarks))
    return Parsed(
        blocks=blocks,
        bibliography=bibliography_of(metadata, pages, dois_cited(blocks)),
        pages=len(sheets),
        sheets=sheets,
    )


def _layouts(page: Any, number: int) -> Iterator[PageLayout]:
    """What a page holds by the way its text runs: most pages one layout, some turned ones more."""
    display = Turn(page.get_rotation() // 90, page.get_cropbox())
    for order, (turn, characters) in enumerate(characters_of(page, number)):
        lines = lines_of(characters, number, turn, display)
        if order and not _is_block(lines, turn.size):
            continue
        width, height = turn.size
        shapes = shapes_of(page, turn, width, height)
        frames, rules = tuple(frames_of(shapes)), level_rules(shapes)
        yield PageLayout(number, width, height, tuple(lines), frames, rules)


def _is_block(lines: Sequence[PrintedLine], size: tuple[float, float]) -> bool:
    """Whether turned text is more than a stamp in the margin, such as a table set sideways."""
    if len(lines) < 4:
        return False
    return max(line.y1 for line in lines) - min(line.y0 for line in lines) > 0.15 * size[1]


def _blocks(pages: Sequence[PageLayout], bookmarks: Sequence[Bookmark]) -> Iterator[Block]:
    words = words_of(line.text for page in pages for line in page.lines)
    for draft in drafts_of(pages, bookmarks):
        block = to_block(draft, words)
        tells = any(map(str.isalpha, block.text)) or _SHARE.fullmatch(block.text)
        if tells or (block.text and block.kind == "table_row"):
            yield block
