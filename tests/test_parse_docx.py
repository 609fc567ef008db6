import io
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from kb.errors import UnreadableFile
from kb.models import Bibliography, Block
from pipelines.parse import read

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"""
NOTES_RELATION = f"""<Relationships
xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>"""
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>"""
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
    "</w:style>"
    for name in ("Title", "heading 1", "caption", "toc 1", "Quote", "List Bullet", "List Bullet 2")
)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*runs: str, style: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def docx(body: str, parts: Mapping[str, str] = MappingProxyType({})) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{WORD}">{STYLES}</w:styles>')
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        )
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def test_styles_give_the_blocks_their_kind() -> None:
    cell = "<w:tc>{}</w:tc>".format
    row = f"<w:tr>{cell(paragraph(run('Year')))}{cell(paragraph(run('Falls')))}</w:tr>"
    figures = f"<w:tr>{cell(paragraph(run('2010')))}{cell(paragraph(run('5')))}</w:tr>"
    body = "".join(
        [
            paragraph(run("Joint teams"), style="Title"),
            paragraph(run("Aims 3"), style="toc1"),
            paragraph(run("Aims"), style="heading1"),
            paragraph(
                run("They met"), run("2", '<w:vertAlign w:val="superscript"/>'), run(" daily.")
            ),
            paragraph(run("one"), style="ListBullet"),
            paragraph(run("two"), style="ListBullet2"),
            paragraph(run("Said so."), style="Quote"),
            paragraph(run("Table 1: Falls"), style="caption"),
            f"<w:tbl>{row}{figures}</w:tbl>",
            paragraph(run("What failed", "<w:b/>")),
        ]
    )
    parsed = read(docx(body), "a.docx")
    assert parsed.blocks == (
        Block(kind="heading", text="Joint teams", level=1),
        Block(kind="heading", text="Aims", level=1),
        Block(kind="paragraph", text="They met[2] daily."),
        Block(kind="list_item", text="one", level=1),
        Block(kind="list_item", text="two", level=2),
        Block(kind="box", text="Said so."),
        Block(kind="caption", text="Table 1: Falls"),
        Block(kind="table_row", text="Year | Falls"),
        Block(kind="table_row", text="2010 | 5", head="Year | Falls"),
        Block(kind="heading", text="What failed", level=2),
    )
    assert (parsed.bibliography, parsed.pages) == (Bibliography(title="Joint teams"), None)


def test_footnotes_follow_and_their_marks_stay() -> None:
    notes = f"""<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{paragraph(run("In May."))}
    </w:footnote></w:footnotes>"""
    body = paragraph(run("They met."), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    parts = {"word/footnotes.xml": notes, "word/_rels/document.xml.rels": NOTES_RELATION}
    assert read(docx(body, parts), "a.docx").blocks == (
        Block(kind="paragraph", text="They met.[1]"),
        Block(kind="footnote", text="In May."),
    )


def test_insertions_are_read_and_deletions_are_not() -> None:
    body = paragraph(
        run("They "),
        f"<w:del>{run('never ').replace('w:t', 'w:delText')}</w:del>",
        f"<w:ins>{run('often ')}</w:ins>",
        f"<w:sdt><w:sdtContent>{run('met.')}</w:sdtContent></w:sdt>",
    )
    assert read(docx(body), "a.docx").blocks == (Block(kind="paragraph", text="They often met."),)


def test_a_row_of_prose_alone_is_no_table_and_two_rows_are_one() -> None:
    told = " ".join(["They met every week for a year, and nobody left before the end."] * 2)
    cell = "<w:tc>{}</w:tc>".format
    row = f"<w:tr>{cell(paragraph(run(told)))}{cell(paragraph(run('x')))}</w:tr>"
    body = f"<w:tbl>{row}</w:tbl>{paragraph(run('Later.'))}<w:tbl>{row * 2}</w:tbl>"
    assert read(docx(body), "a.docx").blocks == (
        Block(kind="paragraph", text=told),
        Block(kind="paragraph", text="x"),
        Block(kind="paragraph", text="Later."),
        Block(kind="table_row", text=f"{told} | x"),
        Block(kind="table_row", text=f"{told} | x"),
    )


@pytest.mark.parametrize(
    ("title", "read_as"), [("Joint teams", "Joint teams"), ("report final.docx", None), ("", None)]
)
def test_title_from_the_properties_unless_it_is_a_name(title: str, read_as: str | None) -> None:
    core = f"""<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>"""
    content = docx(paragraph(run("They met.")), {"docProps/core.xml": core})
    assert read(content, "a.docx").bibliography.title == read_as


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "holds no text"),
        ("<w:p>", "is a damaged .docx file; open it in Word and save it again"),
        ("<w:sdt><w:sdtContent>" * 3000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 3000,
         "nests too deeply to be read as DOCX"),
        (" " * 210_000_000,
         "unpacks to more than a document can hold; it may be a zip bomb"),
    ],
    ids=["empty", "broken", "deep", "bomb"],
)  # fmt: skip
def test_files_that_cannot_be_read_say_why(body: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(docx(body), "a.docx")
    assert raised.value.reason == reason
