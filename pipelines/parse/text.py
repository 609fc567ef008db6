"""Plain text into blocks: one paragraph a line, or hard-wrapped as naive extractions are."""

from __future__ import annotations

import codecs
import re

from kb.errors import UnreadableFile
from kb.models import Bibliography, Parsed
from pipelines.parse.flow import to_block, words_of
from pipelines.parse.flow_rows import rows_of
from pipelines.parse.flow_text import drafts_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")


def parse(content: bytes) -> Parsed:
    """The blocks of a text file; form feeds are page breaks. Raises UnreadableFile."""
    text = decoded(content)
    if not text.strip():
        raise UnreadableFile("is empty; supply the text itself")
    rows = rows_of(text)
    words = words_of(row.text for row in rows)
    blocks = (to_block(draft, words) for draft in drafts_of(rows))
    return Parsed(
        blocks=tuple(block for block in blocks if block.text),
        bibliography=Bibliography(),
        pages=text.count("\f") + 1 if "\f" in text.strip("\f") else None,
    )


def decoded(content: bytes) -> str:
    """`content` as text: by its byte order mark, else UTF-8, else cp1252. Raises UnreadableFile."""
    if content.startswith(_SIGNATURES):
        raise UnreadableFile("is not plain text; give it the suffix of what it is")
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _checked(content, encoding)
    try:
        return _checked(content, "utf-8")
    except UnreadableFile:
        return _checked(content, "cp1252")


def _checked(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile("is in an unknown encoding; save it as UTF-8") from None
    if len(_CONTROL.findall(text)) > len(text) / 1000:
        raise UnreadableFile("is not plain text; give it the suffix of what it is")
    return text
