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
        if "word/styles.xml" not in parts:
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


def test_language_from_the_properties_is_two_letters() -> None:
    core = """<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>en-GB</dc:language></p>"""
    content = docx(paragraph(run("They met.")), {"docProps/core.xml": core})
    assert read(content, "a.docx").bibliography.language == "en"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "holds no text"),
        ("<w:p>", "is a damaged .docx file; open it in Word and save it again"),
        ("<w:sdt><w:sdtContent>" * 3000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 3000,
         "nests too deeply to be read as DOCX; save it in a simpler form"),
        (" " * 210_000_000,
         "unpacks to more than a document can hold; it may be a zip bomb"),
    ],
    ids=["empty", "broken", "deep", "bomb"],
)  # fmt: skip
def test_files_that_cannot_be_read_say_why(body: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(docx(body), "a.docx")
    assert raised.value.reason == reason


BOX = f"<w:txbxContent>{paragraph(run('Beside it.'))}</w:txbxContent>"
TWICE = f"""<mc:AlternateContent
xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<mc:Choice><w:drawing>{BOX}</w:drawing></mc:Choice>
<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>"""
MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def maths(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def test_a_text_box_stands_behind_its_paragraph_once() -> None:
    parsed = read(docx(paragraph(run("They "), f"<w:r>{TWICE}</w:r>", run("met."))), "a.docx")
    assert parsed.blocks == (
        Block(kind="paragraph", text="They met."),
        Block(kind="box", text="Beside it."),
    )


def test_what_readers_see_is_read_and_no_more() -> None:
    fraction = f"<m:f><m:num>{maths('a+b')}</m:num><m:den>{maths('2')}</m:den></m:f>"
    square = f"<m:sSup><m:e>{maths('r')}</m:e><m:sup>{maths('2')}</m:sup></m:sSup>"
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph(run('Aims 3'))}</w:sdtContent></w:sdt>"
    )
    body = "".join(
        [
            contents,
            paragraph(
                run("See "),
                f'<w:fldSimple w:instr="REF a">{run("Table 2")}</w:fldSimple>',
                run(" hidden", "<w:vanish/>"),
                run(" shown", '<w:vanish w:val="0"/>'),
                f"<w:moveTo>{run(' moved')}</w:moveTo>",
                run(": "),
                f'<m:oMath xmlns:m="{MATHS}">{fraction}{maths("=")}{square}</m:oMath>',
                run("."),
            ),
        ]
    )
    assert read(docx(body), "a.docx").blocks == (
        Block(kind="paragraph", text="See Table 2 shown moved: (a+b)/2=r²."),
    )


def test_headings_and_items_by_what_their_styles_rest_on() -> None:
    styles = f"""<w:styles xmlns:w="{WORD}">
    <w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>
    <w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="Our head"/>
    <w:basedOn w:val="Base"/></w:style>
    <w:style w:type="paragraph" w:styleId="Dot"><w:name w:val="Our dot"/><w:pPr><w:numPr>
    <w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>"""
    numbering = f"""<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0">
    <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
    body = "".join(
        [
            paragraph(run("Aims"), style="Ours"),
            paragraph(run("one"), style="Dot"),
            paragraph(run("two"), style="Dot"),
        ]
    )
    relations = NOTES_RELATION.replace("footnotes", "numbering")
    parts = {
        "word/styles.xml": styles,
        "word/numbering.xml": numbering,
        "word/_rels/document.xml.rels": relations,
    }
    assert read(docx(body, parts), "a.docx").blocks == (
        Block(kind="heading", text="Aims", level=2),
        Block(kind="list_item", text="one", level=1),
        Block(kind="list_item", text="two", level=1),
    )


def test_authors_are_people() -> None:
    core = """<cp:coreProperties xmlns:cp="a" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:creator>{}</dc:creator></cp:coreProperties>"""
    authors = [
        read(
            docx(paragraph(run("They met.")), {"docProps/core.xml": core.format(name)}), "a.docx"
        ).bibliography.authors
        for name in ("Ann Smith; Bo Jones", "admin")
    ]
    assert authors == [("Ann Smith", "Bo Jones"), ()]
