"""A folder of damaged, mislabelled and swollen files: each says why, and what is sound is built."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from kb.errors import UnreadableFile
from pipelines.files import find_files
from pipelines.parse.guard import ADVICE, Reader

WORDS = "The teams met each week. "
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(content: bytes, page: bytes = b"", catalog: bytes = b"", codings: int = 0) -> bytes:
    """A PDF of one page, its content packed as often as told."""
    for _ in range(codings):
        content = zlib.compress(content, 9)
    filters = b"/Filter [" + b"/FlateDecode " * codings + b"]" if codings else b""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> " + page + b" >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11 "
        b"/Resources << /XObject << /X 6 0 R >> >> >>\nstream\n/X Do /X Do\nendstream",
    )
    out, starts = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + (
        b"xref\n0 7\n0000000000 65535 f \n%strailer\n<< /Size 7 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(out))
    )


def printed(words: str) -> bytes:
    return b"BT /F 10 Tf 50 700 Td (%s) Tj ET" % words.encode()


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def docx(body: str, head: str = "") -> bytes:
    return zipped(
        {
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body>'
            "</w:document>",
        }
    )


def article(body: str, head: str = "") -> bytes:
    return f"<?xml version='1.0'?>{head}<article><body>{body}</body></article>".encode()


PDF = pdf(printed(WORDS))
XFA = b"/AcroForm << /Fields [] /XFA 6 0 R >>"
FORM = "is a form that only Adobe's programs show; open it in Acrobat and print it to PDF"
FILES = b"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) >>] >> >>"
WRAPPED = b"/Collection << /View /D >> " + FILES
PARAGRAPH = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
ENTITIES = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 9))
LAUGHS = f"<!DOCTYPE article [<!ENTITY e0 'laughing '>{ENTITIES}]>"
LOCAL = "<!DOCTYPE article [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
DAMAGED_ZIP = "is a damaged .docx or zip file; fetch it again"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

SOUND: dict[str, bytes] = {
    "sound.pdf": PDF,
    "sound.docx": docx(PARAGRAPH),
    "sound.html": f"<html><body><p>{WORDS}<table><tr><td>".encode(),
    "sound.xml": article(f"<p>{WORDS}</p>"),
    "entity.xml": article(f"<p>{WORDS}&e;</p>", LOCAL),
    "entity.docx": docx(PARAGRAPH.replace("</w:t>", "&e;</w:t>"), LOCAL),
    "sound.md": b"---\na: &a [1]\nb: [*a, *a]\n---\n" + WORDS.encode(),
    "wide.txt": WORDS.encode("utf-32-le"),
    "odd\n'name'\u202e.txt": WORDS.encode(),
    "annexed.pdf": pdf(printed(WORDS), catalog=FILES),
    "form-as-usual.pdf": pdf(printed(WORDS), catalog=XFA),
    "turned.pdf": pdf(printed(WORDS), b"/Rotate 33 /UserUnit 1e9"),
    "nested.pdf": pdf(b"q " * 50_000 + printed(WORDS)),
    "lines.pdf": pdf(printed(WORDS) + b" 9 9 m 99 9 l S" * 30_000, codings=1),
    "deep.html": b"<div>" * 9000 + WORDS.encode(),
    "wrong-name.txt": b"\xef\xbb\xbf" + WORDS.encode(),
}
DAMAGED: dict[str, tuple[bytes, str]] = {
    "cut.docx": (docx(PARAGRAPH)[:-40], DAMAGED_ZIP),
    "zip.docx": (zipped({"a.docx": docx(PARAGRAPH)}), "is a zip archive; unpack it"),
    "laughs.docx": (
        docx(PARAGRAPH.replace(WORDS, "&e8;"), LAUGHS),
        "is a damaged .docx file; open it in Word and save it again",
    ),
    "deep.docx": (
        docx("<w:tbl><w:tr><w:tc>" * 9000),
        "nests too deeply to be read as DOCX; save it in a simpler form",
    ),
    "bomb.docx": (docx(" " * 70_000_000), "unpacks to 70 MB of text; split it"),
    "locked.docx": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "is locked with a password; save it without one",
    ),
    "old.docx": (OLE, "is an old Office file (.doc, .xls or .ppt); save it as .docx or .pdf"),
    "sheet.docx": (
        zipped({"xl/workbook.xml": "x"}),
        "is an Excel workbook; save what matters of it as .docx, .pdf or .md",
    ),
    "cut.xml": (article(WORDS)[:-20], "is cut off at its end; fetch it again"),
    "deep.xml": (
        article("<sec>" * 9000),
        "nests too deeply to be read as XML; save it in a simpler form",
    ),
    "feed.xml": (
        b"<?xml version='1.0'?><rss/>",
        "is XML of a kind that is not read (<rss>); JATS, BITS or TEI is",
    ),
    "words.xml": (b"words", "is not XML; if it is plain text, rename it to .txt"),
    "empty.html": (b"", "is empty"),
    "zeros.txt": (bytes(99), "holds binary data, not plain text; fetch it again"),
    "named.html": (PDF, "is PDF, not HTML; rename it to .pdf"),
    "named.pdf": (article(WORDS), "is article XML, not PDF; rename it to .xml"),
    "long.txt": (
        WORDS.encode() * 1_300_000,
        "has 32 million characters, more than the 30 allowed; split it",
    ),
    "bomb.pdf": (
        pdf(b" " * 900_000_000, codings=2),
        f"needs more memory than the 0.5 GiB allowed; {ADVICE}",
    ),
    "circle.pdf": (pdf(b"/X Do"), f"needs more memory than the 0.5 GiB allowed; {ADVICE}"),
    "cut.pdf": (PDF[:300], "is cut off or damaged; fetch it again"),
    "noise.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 9, "is cut off or damaged; fetch it again"),
    "rootless.pdf": (
        PDF.replace(b"/Root 1 0 R", b"").replace(b"/Catalog", b"/Cat"),
        "is damaged or not a PDF; open it in a viewer and save it anew",
    ),
    "form.pdf": (pdf(printed("Please wait..."), catalog=XFA), FORM),
    "live.pdf": (pdf(printed("Veuillez patienter"), catalog=XFA + b" /NeedsRendering true"), FORM),
    "portfolio.pdf": (
        pdf(printed("Get a viewer."), catalog=WRAPPED),
        "only wraps other files (a PDF portfolio); save those from Acrobat",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in SOUND.items():
        (tmp_path / name).write_bytes(content)
    for name, (content, _) in DAMAGED.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    (tmp_path / "folder.pdf").mkdir()
    return tmp_path


def test_each_file_has_its_reason_and_the_sound_are_read(folder: Path) -> None:
    paths = [file.path for file in find_files([folder], folder / "kb.db")]
    with Reader(workers=2, memory=2**29) as reader:
        outcomes = {path.name: found for path, _, found in reader.read_all(paths)}
    reasons = {
        name: found.reason for name, found in outcomes.items() if isinstance(found, UnreadableFile)
    }
    assert reasons == {
        **{name: reason for name, (_, reason) in DAMAGED.items()},
        "loop.pdf": "cannot be opened (Too many levels of symbolic links)",
        "endless.txt": "is not a regular file; give the document itself",
    }
    said = {
        " ".join(block.text for block in found.blocks)
        for found in outcomes.values()
        if not isinstance(found, UnreadableFile)
    }
    assert said == {WORDS.strip()}
