"""What a file is, by its content and not by what anybody says of it."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import urlsplit

from kb.errors import Unfetchable

NOT_READ = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "a sound, video or image file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "a packed file"),
)
MARKDOWN = (".md", ".markdown")
HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<(?:head|body)[\s>]", re.IGNORECASE)
LABELS = {"pdf": "a PDF", "html": "a web page", "docx": "a Word file", "xml": "XML"}


def kind_of(content: bytes, url: str) -> str:
    """Give pdf, docx, html, xml, md or txt; raises Unfetchable for what is not read."""
    if not content.strip():
        raise Unfetchable("is empty")
    if b"%PDF-" in content[:1024]:
        return whole_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return whole_docx(content)
    for signature, what in NOT_READ:
        if content.startswith(signature):
            raise Unfetchable(f"is {what}, which is not read")
    return marked_up(content) or plain(content, url)


def whole_pdf(content: bytes) -> str:
    """Give pdf; raises Unfetchable for one that ends too early."""
    if b"%%EOF" not in content[-4096:] and b"startxref" not in content[-65536:]:
        raise Unfetchable("is a PDF that is cut off; pull again later")
    return "pdf"


def whole_docx(content: bytes) -> str:
    """Give docx; raises Unfetchable for other zip files and damaged ones."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Unfetchable("is a Word or zip file that is damaged; pull again later") from error
    if any(re.match(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    raise Unfetchable("is a zip file but no Word file, which is not read")


def marked_up(content: bytes) -> str | None:
    """Give html or xml for what begins as such."""
    head = content[:20_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not head.startswith(b"<"):
        return None
    if HTML.search(head[:2000]):
        return "html"
    return "xml" if head.startswith(b"<?xml") or b"<article" in head[:2000] else "html"


def plain(content: bytes, url: str) -> str:
    """Give md or txt; raises Unfetchable for what is no text."""
    head = content[:8192]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1b" for byte in head)
    if controls > 0.02 * len(head):
        raise Unfetchable("is neither PDF, Word, web page, XML nor text")
    return "md" if urlsplit(url).path.lower().endswith(MARKDOWN) else "txt"


def check_announced(kind: str, announced: str) -> None:
    """Raise Unfetchable for what is not what it was announced as."""
    if announced and kind != announced:
        raise Unfetchable(f"is {LABELS.get(kind, 'text')}, not {LABELS[announced]} as announced")
