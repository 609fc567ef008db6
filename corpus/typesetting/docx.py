"""Writes a master as a Word document with styles, lists and footnotes of Word's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from typesetting.read import Block, Inline, Master, citation, plain

PARTS = Path(__file__).with_name("docx_parts")
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
GAP = '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'
TEXT_WIDTH = 9070
"""Between the margins, in twentieths of a point."""

FIRST_LIST = 3
"""Numbers 1 and 2 are the bullets and the references; each ordered list has its own after that."""


def write_docx(master: Master) -> bytes:
    """The note as a Word document; the same bytes every time."""
    lists = [block for block in master.blocks if block.kind == "list" and block.ordered]
    filled = {
        "word/document.xml": _document(master),
        "word/footnotes.xml": _footnotes(master.notes),
        "word/numbering.xml": _numbering(len(lists)),
    }
    words = {
        "title": escape(master.title),
        "kind": escape(master.kind.capitalize()),
        "subject": escape(f"{master.programme}. {master.country}, {master.period}."),
        "written": master.written,
    }
    return _packed(filled, words)


def _packed(filled: dict[str, str], words: dict[str, str]) -> bytes:
    """One zip of the fixed parts and the filled ones, all of the same old date."""
    parts = dict(filled)
    for path in sorted(PARTS.rglob("*.xml")) + sorted(PARTS.rglob("*.rels")):
        name = path.relative_to(PARTS).as_posix().replace("_rels/root.rels", "_rels/.rels")
        parts[name] = Template(path.read_text(encoding="utf-8")).substitute(words)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return buffer.getvalue()


def _document(master: Master) -> str:
    head = _paragraph("Subtitle", master.kind.capitalize())
    head += _paragraph("Title", master.title)
    head += _paragraph("Imprint", f"{master.programme}. {master.country}, {master.period}.")
    head += _paragraph("Imprint", f"Evidence knowledge base, {master.written}. CC BY 4.0.")
    body = "".join(_blocks(master.blocks))
    works = (_listed(2, citation(reference), "Bibliography") for reference in master.references)
    references = _paragraph("Heading1", "References") + "".join(works)
    return (
        f'{START}<w:document {WORD} xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
        f'2006/relationships"><w:body>{head}{body}{references}<w:sectPr>'
        '<w:headerReference w:type="default" r:id="rId4"/>'
        '<w:footerReference w:type="default" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" '
        'w:footer="709" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _blocks(blocks: Sequence[Block]) -> Iterable[str]:
    number = FIRST_LIST
    for block in blocks:
        yield _block(block, number)
        number += block.kind == "list" and block.ordered


def _block(block: Block, number: int) -> str:
    if block.kind == "heading":
        return _styled(f"Heading{block.level}", block.inline)
    if block.kind == "list":
        style, num = ("ListNumber", number) if block.ordered else ("ListBullet", 1)
        return "".join(_listed(num, item, style) for item in block.items)
    if block.kind == "table":
        return _table(block)
    if block.kind == "box":
        return _box(block)
    return _styled("BodyText", block.inline)


def _box(block: Block) -> str:
    """A box as Word users draw it: a table of one cell."""
    inside = "".join(_boxed(inner) for inner in block.blocks)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Box"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'</w:tblPr><w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid><w:tr><w:tc><w:tcPr>'
        f'<w:tcW w:w="{TEXT_WIDTH}" w:type="dxa"/></w:tcPr>{inside}</w:tc></w:tr></w:tbl>{GAP}'
    )


def _boxed(block: Block) -> str:
    if block.kind == "list":
        return "".join(_listed(1, item, "BoxedText") for item in block.items)
    return _styled("BoxedText", block.inline)


def _paragraph(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _styled(style: str, inline: Inline) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_runs(inline)}</w:p>'


def _listed(number: int, inline: Inline, style: str) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering}</w:pPr>{_runs(inline)}</w:p>'


def _table(block: Block) -> str:
    widths = _widths(block.rows)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(block.rows[0], widths, "TableHead", "<w:trPr><w:tblHeader/></w:trPr>")
    rows = "".join(_row(row, widths, "TableText", "") for row in block.rows[1:])
    caption = _styled("Caption", block.caption) if block.caption else ""
    return (
        f'{caption}<w:tbl><w:tblPr><w:tblStyle w:val="Report"/><w:tblW w:w="{sum(widths)}" '
        'w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>{GAP}"
    )


def _row(row: Sequence[Inline], widths: Sequence[int], style: str, properties: str) -> str:
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_styled(style, cell)}</w:tc>'
        for cell, width in zip(row, widths, strict=True)
    )
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _widths(rows: Sequence[Sequence[Inline]]) -> list[int]:
    columns = zip(*rows, strict=True)
    shares = [max(40, sum(len(plain(cell)) for cell in column)) ** 0.6 for column in columns]
    return [int(TEXT_WIDTH * share / sum(shares)) for share in shares]


def _footnotes(notes: Sequence[Inline]) -> str:
    rules = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p>'
        '</w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
        "<w:continuationSeparator/></w:r></w:p></w:footnote>"
    )
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    texts = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{mark}'
        f"{_run(' ')}{_runs(note)}</w:p></w:footnote>"
        for n, note in enumerate(notes, 1)
    )
    return f"{START}<w:footnotes {WORD}>{rules}{texts}</w:footnotes>"


def _numbering(ordered: int) -> str:
    bullet = _pattern(0, "bullet", "•")
    counted = _pattern(1, "decimal", "%1.")
    uses = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    for number in range(2, FIRST_LIST + ordered):
        uses += (
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    return f"{START}<w:numbering {WORD}>{bullet}{counted}{uses}</w:numbering>"


def _pattern(number: int, kind: str, text: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr>'
        '<w:ind w:left="425" w:hanging="425"/></w:pPr></w:lvl></w:abstractNum>'
    )


def _runs(inline: Inline) -> str:
    return "".join(_mark(s.note) if s.note else _run(s.text, s.strong, s.emphasis) for s in inline)


def _run(text: str, strong: bool = False, emphasis: bool = False) -> str:
    dress = "<w:b/>" * strong + "<w:i/>" * emphasis
    properties = f"<w:rPr>{dress}</w:rPr>" if dress else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _mark(note: int) -> str:
    style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    return f'<w:r>{style}<w:footnoteReference w:id="{note}"/></w:r>'
