from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import typst

from kb.errors import UnreadableFile
from kb.models import Page
from kb.opening import open_database
from pipelines.build import build
from pipelines.parse.pdf import parse
from pipelines.parse.pdf.hocr import SeenLine, SeenWord
from pipelines.parse.pdf.seen import printed
from pipelines.tesseract import find_tesseract, ocr_version

WORDS = """
#set page(width: 400pt, height: 300pt, margin: 40pt)
#set text(14pt)
The teams met every week and shared one record of each person they saw.

Nurses said that this saved them many calls."""
STATEMENTS = [
    "The teams met every week and shared one record of each person they saw.",
    "Nurses said that this saved them many calls.",
]


def scan_of(source: str, *, quarters: int = 0) -> bytes:
    """The first page of a document as an image in a PDF, as a scanner gives it."""
    with pypdfium2.PdfDocument(typst.compile(source.encode())) as document:
        bitmap = document[0].render(scale=200 / 72, grayscale=True, rotation=90 * quarters)
        width, height = bitmap.width, bitmap.height
        rows = bytes(bitmap.buffer)
        pixels = b"".join(rows[y * bitmap.stride :][:width] for y in range(height))
    return pdf_of_image(pixels, width, height)


def pdf_of_image(pixels: bytes, width: int, height: int) -> bytes:
    """A page of a PDF, 200 pixels an inch, with a grey image all over it."""
    w, h = width * 72 / 200, height * 72 / 200
    content = b"q %f 0 0 %f 0 0 cm /I Do Q" % (w, h)
    return b"".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Contents 4 0 R" % (w, h),
            b"/Resources<</XObject<</I 5 0 R>>>>>>endobj\n",
            b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(content), content),
            b"5 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height),
            b"/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n" % len(pixels),
            pixels,
            b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        ]
    )


def mixed(*pages: bytes) -> bytes:
    """One PDF of the pages of several."""
    whole = pypdfium2.PdfDocument.new()
    for page in pages:
        with pypdfium2.PdfDocument(page) as document:
            whole.import_pages(document)
    path = Path("mixed.pdf")
    whole.save(path)
    whole.close()
    return path.read_bytes()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine on which no program is installed."""
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        find_tesseract.cache_clear()
        yield
    find_tesseract.cache_clear()


TEXT = typst.compile(WORDS.encode())
MISSING = (
    "has only images (a scan?), or a font that names no letters; "
    "install Tesseract (apt-get install tesseract-ocr) and build again to have it read"
)


def test_a_scan_is_read():
    parsed = parse(scan_of(WORDS))
    assert [(b.kind, b.text) for b in parsed.blocks] == [("paragraph", s) for s in STATEMENTS]
    assert parsed.sheets == (Page(number=1, read_by="ocr"),)


def test_lines_of_a_scan_stand_where_they_are_printed():
    seen = [line for block in parse(scan_of(WORDS)).blocks for line in block.lines]
    printed_lines = [line for block in parse(TEXT).blocks for line in block.lines]
    assert [
        [abs(a - b) < 5 for a, b in zip(x.box, y.box, strict=True)]
        for x, y in zip(seen, printed_lines, strict=True)
    ] == [[True] * 4] * 3


def test_a_page_scanned_sideways_is_turned():
    parsed = parse(scan_of(WORDS, quarters=1))
    assert [b.text for b in parsed.blocks] == STATEMENTS
    x0, y0, x1, y1 = parsed.blocks[0].lines[0].box
    assert (240 < x0 < x1 < 270, 35 < y0 < 45, 340 < y1 < 365) == (True, True, True)


def test_only_pages_without_text_are_recognised():
    parsed = parse(mixed(TEXT, scan_of(WORDS), typst.compile(b"")))
    assert [b.text for b in parsed.blocks] == STATEMENTS * 2
    assert parsed.sheets == (
        Page(number=1, doubtful=0.0),
        Page(number=2, read_by="ocr"),
        Page(number=3, read_by="blank"),
    )


def test_a_page_left_unread_is_named(without_tesseract):
    parsed = parse(mixed(TEXT, scan_of(WORDS)))
    assert [b.text for b in parsed.blocks] == STATEMENTS
    assert parsed.sheets == (Page(number=1, doubtful=0.0), Page(number=2, read_by="nothing"))


def test_a_scan_left_unread_says_what_to_install(without_tesseract):
    with pytest.raises(UnreadableFile) as error:
        parse(scan_of(WORDS))
    assert error.value.reason == MISSING


def picture() -> bytes:
    """A page that is half dark and shows no words."""
    return pdf_of_image(bytes([200]) * 400 * 150 + bytes([60]) * 400 * 150, 400, 300)


def divider(heading: str) -> bytes:
    """A page with a picture all over it, and a large heading that is text."""
    content = b"q 400 0 0 300 0 0 cm /I Do Q BT /F1 30 Tf 60 140 Td (%s) Tj ET" % heading.encode()
    page = re.sub(rb"/MediaBox\[[^]]*\]", b"/MediaBox[0 0 400 300]", pdf_of_image(b"\xc8", 1, 1))
    page = page.replace(
        b"/Resources<<", b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Times>>>>"
    )
    return re.sub(
        rb"4 0 obj<<.*?endstream",
        lambda _: b"4 0 obj<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        page,
        flags=re.DOTALL,
    )


def test_a_heading_on_a_picture_is_kept_whether_or_not_it_is_recognised(monkeypatch):
    monkeypatch.setattr("pipelines.parse.pdf.ocr.recognise", lambda *_: [])
    parsed = parse(mixed(TEXT, divider("Findings on cost"), TEXT))
    assert [b.text for b in parsed.blocks] == [*STATEMENTS, "Findings on cost", *STATEMENTS]


@pytest.fixture
def failing_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A machine on which Tesseract names itself, but fails on every page."""
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\ncase "$1" in --version) echo tesseract 5;; '
        "--list-langs) printf 'List:\\neng\\n';; *) exit 3;; esac\n"
    )
    program.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        find_tesseract.cache_clear()
        yield program
    find_tesseract.cache_clear()


def test_a_page_on_which_tesseract_fails_is_not_read(failing_tesseract):
    parsed = parse(mixed(TEXT, scan_of(WORDS)))
    assert parsed.sheets == (Page(number=1, doubtful=0.0), Page(number=2, read_by="failed"))
    with pytest.raises(UnreadableFile) as error:
        parse(scan_of(WORDS))
    assert error.value.reason == (
        "has only images, and Tesseract failed on them; build again to have it try anew"
    )


def test_tesseract_is_asked_once_and_for_scans_alone(failing_tesseract):
    asked = failing_tesseract.with_name("asked")
    script = failing_tesseract.read_text().replace("case", f'echo "$1" >> {asked}\ncase', 1)
    failing_tesseract.write_text(script)
    parse(TEXT)
    assert not asked.exists()
    for _ in range(2):
        parse(mixed(TEXT, scan_of(WORDS)))
    assert asked.read_text().split() == ["--list-langs", "stdin", "stdin"]
    assert [ocr_version(), ocr_version()] == ["5-eng", "5-eng"]
    assert asked.read_text().split()[3:] == ["--version"]


def test_a_blank_page_that_was_scanned_is_blank():
    parsed = parse(mixed(TEXT, pdf_of_image(bytes([230]) * 400 * 300, 400, 300), picture()))
    assert [sheet.read_by for sheet in parsed.sheets] == ["text", "blank", "ocr"]


def test_an_image_without_words_says_so():
    with pytest.raises(UnreadableFile) as error:
        parse(picture())
    assert error.value.reason == (
        "has no text layer, and no words could be recognised in its images; supply a better scan"
    )


def torn(*pages: bytes) -> bytes:
    """A PDF of which the last page is named but not there."""
    whole = mixed(*pages)
    page = re.findall(rb"/Kids *\[[^]]*?(\d+ 0 R) *\]", whole)[-1]
    return whole.replace(page, b"9" * (len(page) - 4) + b" 0 R")


def test_a_damaged_page_is_no_scan(without_tesseract):
    parsed = parse(torn(TEXT, TEXT))
    assert [b.text for b in parsed.blocks] == STATEMENTS
    assert parsed.sheets == (Page(number=1, doubtful=0.0), Page(number=2, read_by="damaged"))


def test_a_document_of_damaged_pages_says_what_to_do():
    with pytest.raises(UnreadableFile) as error:
        parse(torn(TEXT))
    assert error.value.reason == "has only damaged pages; open it in a viewer and save it anew"


def test_a_build_tells_damaged_pages_from_images_without_words(tmp_path, codebook):
    folder = tmp_path / "in"
    folder.mkdir()
    folder.joinpath("torn.pdf").write_bytes(torn(TEXT, picture(), TEXT))
    found = build([folder], tmp_path / "kb.db", codebook=codebook)
    assert found.unread_pages == {"in/torn.pdf": {"ocr": (2,), "damaged": (3,)}}
    again = build([folder], tmp_path / "kb.db", codebook=codebook)
    assert (again.unchanged, again.unread_pages) == (1, found.unread_pages)


def test_what_someone_recognised_is_said_to_be():
    said = b"Every week the teams met at noon in the town hall, all of them."
    hidden = b"BT 3 Tr /F1 12 Tf 20 50 Td (" + said + b") Tj ET"
    content = scan_of(WORDS).replace(b"/I Do Q", b"/I Do Q " + hidden)
    content = content.replace(
        b"/Resources<<", b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Times>>>>"
    )
    length = content.split(b"/Length ")[1].split(b">>")[0]
    longer = b"%d" % (int(length) + len(hidden) + 1)
    parsed = parse(content.replace(b"/Length " + length, b"/Length " + longer, 1))
    assert [b.text for b in parsed.blocks] == [said.decode()]
    assert [sheet.read_by for sheet in parsed.sheets] == ["ocr"]


def test_a_build_after_installing_tesseract_reads_what_it_could_not(
    tmp_path, codebook, monkeypatch
):
    folder, target = tmp_path / "in", tmp_path / "kb.db"
    folder.mkdir()
    folder.joinpath("scan.pdf").write_bytes(scan_of(WORDS))
    folder.joinpath("half.pdf").write_bytes(mixed(TEXT, scan_of(WORDS)))
    folder.joinpath("text.pdf").write_bytes(typst.compile(WORDS.replace("Nurses", "All").encode()))
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        find_tesseract.cache_clear()
        first = build([folder], target, codebook=codebook)
        again = build([folder], target, codebook=codebook)
    find_tesseract.cache_clear()
    assert (first.read, again.read, again.unchanged) == (2, 0, 2)
    assert [(u.path, u.reason) for u in first.unread] == [("in/scan.pdf", MISSING)]
    found = build([folder], target, codebook=codebook)
    assert (found.read, found.unchanged, found.unread) == (2, 1, ())
    sql = """select d.path, p.page, p.read_by from pages p join documents d
             on d.id = p.document_id order by 1, 2"""
    assert open_database(target).conn.execute(sql).fetchall() == [
        ("in/half.pdf", 1, "text"),
        ("in/half.pdf", 2, "ocr"),
        ("in/scan.pdf", 1, "ocr"),
        ("in/text.pdf", 1, "text"),
    ]


def test_a_build_tries_again_where_tesseract_failed(tmp_path, codebook, failing_tesseract):
    folder, target = tmp_path / "in", tmp_path / "kb.db"
    folder.mkdir()
    folder.joinpath("half.pdf").write_bytes(mixed(TEXT, scan_of(WORDS)))
    folder.joinpath("scan.pdf").write_bytes(scan_of(WORDS.replace("Nurses", "All")))
    first = build([folder], target, codebook=codebook)
    assert first.unread_pages == {"in/half.pdf": {"failed": (2,)}}
    assert [u.path for u in first.unread] == ["in/scan.pdf"]
    program = failing_tesseract.read_text()
    failing_tesseract.write_text(program.replace("exit 3", 'cat > "$0.seen"'))
    again = build([folder], target, codebook=codebook)
    assert (again.read, again.unread_pages) == (1, {"in/half.pdf": {"ocr": (2,)}})
    assert [u.reason for u in again.unread] == [
        "has no text layer, and no words could be recognised in its images; supply a better scan"
    ]
    last = build([folder], target, codebook=codebook)
    assert (last.read, last.unchanged) == (0, 1)


def test_absence_has_a_name_too(without_tesseract):
    assert ocr_version() == "none"


def test_a_line_aslant_is_levelled():
    words = [
        SeenWord("Teams", (100.0, 100.0, 200.0, 130.0), 95.0),
        SeenWord("met", (210.0, 102.0, 280.0, 132.0), 95.0),
        SeenWord("once", (290.0, 104.0, 380.0, 134.0), 95.0),
        SeenWord("more", (390.0, 106.0, 480.0, 136.0), 20.0),
    ]
    line = SeenLine(words=tuple(words), slope=0.02, base=124.0, size=30.0, descenders=6.0)
    [found] = printed([line], 1, (300.0, 200.0), scale=2.0)
    assert found.text == "Teams met once more"
    assert found.shown == (50.0, 50.0, 240.0, 68.0)
    assert [round(x, 2) for x in (found.x0, found.y0, found.x1, found.y1)] == [
        49.3,
        53.0,
        239.3,
        68.0,
    ]
