"""Which format a file has, by its first bytes and then by its name, and why it has none."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from kb.errors import UnreadableFile
from pipelines.parse.encoding import wide_without_mark

FORMATS = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".xml": "xml",
    ".nxml": "xml",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
SUFFIXES = tuple(FORMATS)
"""The names of files worth looking for end in one of these."""

LABELS = {
    "pdf": "PDF",
    "html": "HTML",
    "docx": "DOCX",
    "xml": "article XML",
    "markdown": "Markdown",
    "text": "plain text",
}
USUAL_SUFFIX = {"pdf": ".pdf", "html": ".html", "docx": ".docx", "xml": ".xml"}

SIGNED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "is RTF; save it as .docx or .pdf"),
    (b"%!PS", "is PostScript; convert it to PDF"),
    (b"\x89PNG", "is an image (PNG); run it through OCR and supply the text"),
    (b"\xff\xd8\xff", "is an image (JPEG); run it through OCR and supply the text"),
    (b"GIF8", "is an image (GIF); run it through OCR and supply the text"),
    (b"II*\x00", "is an image (TIFF); run it through OCR and supply the text"),
    (b"MM\x00*", "is an image (TIFF); run it through OCR and supply the text"),
    (b"RIFF", "is a sound, video or image file, not a document"),
    (b"\x1f\x8b", "is compressed (gzip); unpack it"),
    (b"BZh", "is compressed (bzip2); unpack it"),
    (b"\xfd7zXZ", "is compressed (xz); unpack it"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it"),
    (b"Rar!", "is a RAR archive; unpack it"),
    (b"\x28\xb5\x2f\xfd", "is compressed (zstd); unpack it"),
    (b"AT&TFORM", "is DjVu; convert it to PDF"),
    (b"\x7fELF", "is a program, not a document"),
    (b"ID3\x03", "is a sound, video or image file, not a document"),
    (b"OggS", "is a sound, video or image file, not a document"),
    (b"SQLite format 3\x00", "is a SQLite database, not a document"),
)
SIGNED_INSIDE = (
    (b"ustar", 257, "is a tar archive; unpack it"),
    (b"ftyp", 4, "is a sound, video or image file, not a document"),
)
WEB_ARCHIVE = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
ZIPPED = (
    ("xl/", "is an Excel workbook; save what matters of it as .docx, .pdf or .md"),
    ("ppt/", "is a PowerPoint file; save it as PDF"),
    ("content.xml", "is an OpenDocument file; save it as .docx"),
    ("META-INF/container.xml", "is an e-book (EPUB); convert it to HTML or PDF"),
)
PROLOGUE = re.compile(
    r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s[^<>\[]*(?:\[.*?\]\s*)?>)*", re.I | re.DOTALL
)
LOCKED = 1
"""The bit of a zip file's entry that says that it is encrypted."""

DOCTYPE = re.compile(r"<!doctype\s+([\w:.-]+)", re.IGNORECASE)
TAG = re.compile(rb"<[a-z!/?]", re.IGNORECASE)
ROOT = re.compile(r"<([\w:.-]+)")


def detect(content: bytes, name: str) -> str:
    """The key of the file's format in LABELS; raise UnreadableFile if it has none we read."""
    if not content.strip():
        raise UnreadableFile("is empty")
    expected = FORMATS.get(PurePath(name).suffix.lower())
    found = signed(content, expected) or marked_up(content, expected)
    if found and expected and found != expected:
        raise UnreadableFile(misnamed(found, expected))
    if found:
        return found
    if expected is None:
        raise UnreadableFile(f"has a suffix that is not read; it can be {', '.join(SUFFIXES)}")
    return unsigned(content, expected)


def misnamed(found: str, expected: str) -> str:
    """The sentence for a file whose name says one thing and its bytes another."""
    return f"is {LABELS[found]}, not {LABELS[expected]}; rename it to {USUAL_SUFFIX[found]}"


def signed(content: bytes, expected: str | None) -> str | None:
    """The format that the first bytes name; raise UnreadableFile for one that is not read."""
    if content.startswith(b"%PDF-") or (
        expected not in ("markdown", "text", "html", "xml") and b"%PDF-" in content[:1024]
    ):
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zipped(content)
    for signature, reason in SIGNED:
        if content.startswith(signature):
            raise UnreadableFile(old_office(content) if reason == "ole" else reason)
    for signature, at, reason in SIGNED_INSIDE:
        if content.startswith(signature, at):
            raise UnreadableFile(reason)
    if WEB_ARCHIVE.match(content[:4096]):
        raise UnreadableFile("is a web archive (MHTML); save the page as HTML")
    return None


def zipped(content: bytes) -> str:
    """Docx, or UnreadableFile with what else the zip file is."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableFile("is a damaged .docx or zip file; fetch it again") from error
    if any(part.flag_bits & LOCKED for part in parts):
        raise UnreadableFile("is locked with a password; save it without one")
    names = {part.filename for part in parts}
    if "word/document.xml" in names:
        return "docx"
    for start, reason in ZIPPED:
        if any(name.startswith(start) for name in names):
            raise UnreadableFile(reason)
    if any(re.match(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    raise UnreadableFile("is a zip archive; unpack it")


def old_office(content: bytes) -> str:
    """The sentence for the container that old Office files and locked new ones share."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "is locked with a password; save it without one"
    return "is an old Office file (.doc, .xls or .ppt); save it as .docx or .pdf"


def marked_up(content: bytes, expected: str | None) -> str | None:
    """HTML or XML if the text begins as one of them does."""
    head = content[:20_000].replace(b"\x00", b"").decode("latin-1").removeprefix("ï»¿")
    head = head.removeprefix("ÿþ").removeprefix("þÿ").lstrip()
    if not head.startswith("<"):
        return None
    doctype = DOCTYPE.search(head[: PROLOGUE.match(head).end()])  # type: ignore[union-attr]
    if doctype and doctype.group(1).lower() == "html":
        return "html"
    root = ROOT.match(head, PROLOGUE.match(head).end())  # type: ignore[union-attr]
    if root and root.group(1).lower() == "html":
        return "html"
    if expected == "html" or expected == "markdown":
        return None
    declared = head.startswith("<?xml") or doctype is not None
    return "xml" if declared or (root and root.group(1) in ("article", "TEI")) else None


def unsigned(content: bytes, expected: str) -> str:
    """The format of the suffix, if a file that bears no signature can have it."""
    is_text = looks_like_text(content)
    if expected in ("pdf", "docx"):
        nature = "plain text" if is_text else "damaged or something else"
        raise UnreadableFile(f"is not {LABELS[expected]} but {nature}; fetch it again or rename it")
    if expected == "xml" and "<" not in content[:1000].decode("latin-1"):
        raise UnreadableFile("is not XML; if it is plain text, rename it to .txt")
    if not is_text:
        raise UnreadableFile(f"holds binary data, not {LABELS[expected]}; fetch it again")
    if expected == "html" and not TAG.search(content.replace(b"\x00", b"")):
        raise UnreadableFile("is not HTML but plain text; rename it to .txt or .md")
    return expected


def looks_like_text(content: bytes) -> bool:
    """Whether the beginning has hardly any control characters, or is UTF-16 or 32 by its look."""
    head = content[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return True
    if wide_without_mark(head):
        head = head.replace(b"\x00", b"")
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1b" for byte in head)
    return controls <= 0.02 * len(head) and head.count(0) <= 2
