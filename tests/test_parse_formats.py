import io
import zipfile

import pytest

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse import SUFFIXES, parse_as, read
from pipelines.parse.encoding import decode
from pipelines.parse.formats import FORMATS, detect

LOCKED = "is locked with a password; save it without one"


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


def locked(content: bytes) -> bytes:
    """The zip file with the bit set that says that its first part is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"%PDF-1.7 ...", "a.pdf", "pdf"),
        (b"HTTP junk\r\n%PDF-1.7", "a.PDF", "pdf"),
        (b"%PDF-1.7 ...", "a", "pdf"),
        (b"How %PDF- begins", "a.txt", "text"),
        (zipped("word/document.xml"), "a.docx", "docx"),
        (b"<!-- x --><!DOCTYPE html><p>a", "a.htm", "html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "a.xhtml", "html"),
        (b"<p>a", "a.html", "html"),
        (b"<article><h1>a</h1></article>", "a.html", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE article><article>", "a.nxml", "xml"),
        ("<?xml version='1.0'?><article>".encode("utf-16"), "a.xml", "xml"),
        (b"<article><front>", "a", "xml"),
        (b"<p align=center>a</p>\n# b", "a.md", "markdown"),
        ("Kosten fielen.".encode("utf-16"), "a.text", "text"),
        ("Kosten fielen.".encode("utf-32-be"), "a.txt", "text"),
    ],
)
def test_format_by_content_then_by_name(content: bytes, name: str, found: str) -> None:
    assert detect(content, name) == found


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b" \n", "a.md", "is empty"),
        (b"<!doctype html><p>a", "a.pdf", "is HTML, not PDF; rename it to .html"),
        (b"%PDF-1.7", "a.html", "is PDF, not HTML; rename it to .pdf"),
        (b"<html><p>a", "a.txt", "is HTML, not plain text; rename it to .html"),
        (
            b"words",
            "a.pdf",
            "is not PDF but plain text; fetch it again or rename it",
        ),
        (b"\x00\x01\x02" * 9, "a.txt", "holds binary data, not plain text; fetch it again"),
        (bytes(9), "a.txt", "holds binary data, not plain text; fetch it again"),
        (b"words", "a.html", "is not HTML but plain text; rename it to .txt or .md"),
        (locked(zipped("word/document.xml")), "a.docx", LOCKED),
        (
            b"From: a\nMIME-Version: 1.0\nContent-Type: multipart/related;\n b=c\n\n<p>a",
            "a.html",
            "is a web archive (MHTML); save the page as HTML",
        ),
        (b"a.txt" + bytes(252) + b"ustar", "a.md", "is a tar archive; unpack it"),
        (b"\x00\x00\x00\x18ftypheic", "a.pdf", "is a sound, video or image file, not a document"),
        (b"words", "a.xml", "is not XML; if it is plain text, rename it to .txt"),
        (b"words", "a.odd", f"has a suffix that is not read; it can be {', '.join(SUFFIXES)}"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "a.docx",
            "is an old Office file (.doc, .xls or .ppt); save it as .docx or .pdf",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            LOCKED,
        ),
        (b"{\\rtf1 a}", "a.txt", "is RTF; save it as .docx or .pdf"),
        (
            b"\x89PNG\r\n",
            "a.pdf",
            "is an image (PNG); run it through OCR and supply the text",
        ),
        (b"\x1f\x8b", "a.pdf", "is compressed (gzip); unpack it"),
        (zipped("a.txt"), "a.docx", "is a zip archive; unpack it"),
        (
            zipped("xl/workbook.xml"),
            "a.docx",
            "is an Excel workbook; save what matters of it as .docx, .pdf or .md",
        ),
        (b"PK\x03\x04broken", "a.docx", "is a damaged .docx or zip file; fetch it again"),
        ("…".encode(), "a.md", "holds no text"),
        (
            b"a " * 15_500_000,
            "a.txt",
            "has 31 million characters, more than the 30 allowed; split it",
        ),
    ],
)
def test_files_that_are_not_read_say_why(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(content, name)
    assert raised.value.reason == reason


def test_suffixes_are_those_of_the_formats() -> None:
    assert tuple(FORMATS) == SUFFIXES


def test_an_unforeseen_error_becomes_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(content: bytes) -> Parsed:
        raise ZeroDivisionError

    monkeypatch.setattr("pipelines.parse.markdown.parse", fail)
    with pytest.raises(UnreadableFile) as raised:
        parse_as("markdown", b"a")
    assert raised.value.reason == (
        "could not be read as Markdown (ZeroDivisionError); please report it with the file"
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("é –".encode(), "é –"),
        ("é –".encode("utf-8-sig"), "é –"),
        ("é –".encode("utf-16"), "é –"),
        ("é – words".encode("utf-16-le"), "é – words"),
        ("é – words".encode("utf-32-le"), "é – words"),
        ("é – words".encode("utf-32-be"), "é – words"),
        ("é – é – é ".encode() + "– a".encode("cp1252"), "é – é – é – a"),
        ('charset="iso-8859-1" é –'.encode("cp1252"), 'charset="iso-8859-1" é –'),
        ('charset="utf-8" é –'.encode("cp1252"), 'charset="utf-8" é –'),
        ('encoding="iso-8859-2" ł'.encode("iso-8859-2"), 'encoding="iso-8859-2" ł'),
        ('charset="no-such" é'.encode("cp1252"), 'charset="no-such" é'),
        ('charset="idna" é'.encode("cp1252"), 'charset="idna" é'),
        ('charset="unicode_escape" é \\x41'.encode("cp1252"), 'charset="unicode_escape" é \\x41'),
        ("charset=utf-8 – é – ".encode() + b"\xc3", "charset=utf-8 – é – \ufffd"),
    ],
)
def test_bytes_to_characters(content: bytes, text: str) -> None:
    assert decode(content) == text
