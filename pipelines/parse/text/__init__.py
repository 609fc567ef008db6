"""Plain text into blocks: one paragraph a line, or hard-wrapped as naive extractions are."""

from __future__ import annotations

import re

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse.encoding import decode
from pipelines.parse.flow import to_block, words_of
from pipelines.parse.references import dois_cited
from pipelines.parse.text.bibliography import bibliography_of, with_bylines
from pipelines.parse.text.drafts import drafts_of
from pipelines.parse.text.endings import with_endnotes
from pipelines.parse.text.rows import rows_of

_CONTROL = re.compile(r"[\x00\x01\x03-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""But for the sign that stands for a hyphen in what PDFium extracts."""
_MOST_CONTROLS = 1 / 1000
"""Of all characters; a file with more is no text, whatever it is."""


def parse(content: bytes) -> Parsed:
    """The blocks of a text file; form feeds are page breaks. Raises UnreadableFile."""
    text = decode(content)
    if not text.strip():
        raise UnreadableFile("is empty; supply the text itself")
    if len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        raise UnreadableFile("is not plain text; give it the suffix of what it is")
    rows = with_bylines(rows_of(text))
    words = words_of(row.text for row in rows)
    drafts = with_endnotes(list(drafts_of(rows)))
    blocks = tuple(block for block in (to_block(draft, words) for draft in drafts) if block.text)
    return Parsed(
        blocks=blocks,
        bibliography=bibliography_of(rows, dois_cited(blocks)),
        pages=text.count("\f") + 1 if "\f" in text.strip("\f") else None,
    )
