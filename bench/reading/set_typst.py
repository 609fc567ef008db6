"""Masters set by Typst, with the fonts that come with it."""

from __future__ import annotations

import json
import re

from designs import Design, Typeset, furniture, running_foot, running_head
from masters import MARK, Aside, Entry, Heading, Item, Master, Paragraph, Table, body, plain

SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~=+/\-])")
HEADS = {
    "larger": "size: (15pt, 12.5pt, 11pt).at(it.level - 1), weight: 700",
    "bold": "size: {size}pt, weight: 700",
    "coloured": 'size: (15pt, 12.5pt, 11pt).at(it.level - 1), weight: 400, fill: rgb("#0b5a78")',
    "numbered": "size: (14pt, 12pt, 11pt).at(it.level - 1), weight: 700",
    "caps": "size: (13pt, 11pt, 10pt).at(it.level - 1), weight: 700",
    "small": "size: (13pt, 10.5pt, {size}pt).at(it.level - 1), weight: 700",
}
BOXES = {
    "fill": 'fill: rgb("#e3eef3"), stroke: 0.6pt + rgb("#0b5a78")',
    "frame": "stroke: 0.8pt",
    "rules": "stroke: (top: 1pt, bottom: 1pt)",
    "tint": "fill: luma(235)",
}
TABLES = {
    "ruled": "stroke: 0.5pt",
    "horizontal": "stroke: (x, y) => (top: if y < 2 {{ 0.8pt }}, bottom: 0.8pt)",
    "plain": "stroke: none",
    "zebra": "stroke: none, fill: (x, y) => if calc.odd(y) {{ luma(235) }}",
}


def typeset(master: Master, design: Design) -> Typeset:
    """The master in this design; the pages are those that Typst says it set each unit on."""
    import typst

    source = source_of(master, design).encode()
    pdf = typst.compile(source, format="pdf")
    marks = json.loads(typst.query(source, "<unit>", field="value"))
    units = [plain(unit) for unit in body(master)]
    last = int(json.loads(typst.query(source, "<last>", field="value"))[0])
    pages = {units[number]: int(page) for number, page in marks}
    return Typeset(pdf, pages, furniture(design, master.title, last))


def source_of(master: Master, design: Design) -> str:
    """The whole Typst source."""
    units = iter(range(sum(1 for _ in body(master))))
    parts = [preamble(master, design)]
    for block in master.blocks:
        if isinstance(block, Paragraph):
            ids = [next(units) for _ in block.sentences]
            parts.append(paragraph(master, block, ids, design))
        elif isinstance(block, Item):
            parts.append(item(block, next(units)))
        else:
            parts.append(other(block, design))
    parts.append("#context [#metadata(counter(page).final().at(0))<last>]")
    return "\n\n".join(parts)


def escaped(text: str) -> str:
    """The text as Typst markup that prints it as it is."""
    return SPECIAL.sub(r"\\\1", text)


def preamble(master: Master, design: Design) -> str:
    """Page, paragraphs and headings; title and authors."""
    odd, even = running_head(master.title, 3), running_head(master.title, 2)
    foot = running_foot(design, 0).replace("0", "#p")
    indent = "1.2em" if design.indent else "0pt"
    spacing = "0.65em" if design.indent else "1.1em"
    numbering = 'numbering: "1.1"' if design.heads == "numbered" else "numbering: none"
    title_body = "upper(it.body)" if design.heads == "caps" else "it.body"
    number = "#counter(heading).display() " if design.heads == "numbered" else ""
    return f"""
#set page(paper: "a4", flipped: {str(design.landscape).lower()}, columns: {design.columns},
  margin: (x: 56pt, y: 68pt),
  header: context {{ let p = here().page(); set text(8pt)
    if p > 1 {{ if calc.odd(p) {{ align(right)[{escaped(odd)}] }} else [{escaped(even)}] }} }},
  footer: context {{ let p = here().page(); set text(8pt); align(center)[{foot}] }})
#set columns(gutter: {design.gutter}pt)
#set text(font: "Libertinus Serif", size: {design.size}pt, lang: "en", region: "gb",
  hyphenate: {str(design.hyphenate).lower()})
#set par(justify: {str(design.justify).lower()}, first-line-indent: {indent}, spacing: {spacing})
#set heading({numbering})
#show heading: it => block(above: 1.5em, below: 0.8em)[
  #set par(justify: false, first-line-indent: 0pt)
  #text(hyphenate: false, {HEADS[design.heads].format(size=design.size)})[{number}#{title_body}]]
#set list(indent: 8pt, marker: ([•], [–], [◦]))
#set enum(indent: 8pt)
#let u(n) = context [#metadata((n, here().page()))<unit>]
#place(top + left, float: true, scope: "parent", clearance: 2em)[
  #set par(justify: false, first-line-indent: 0pt)
  #text(22pt, weight: 700, hyphenate: false)[{escaped(master.title)}]

  #text(11pt)[{escaped(", ".join(master.authors))}]]"""


def sentence(master: Master, text: str, unit: int) -> str:
    """A unit with its place noted, its marks as footnotes or raised numbers."""

    def raised(number: str) -> str:
        note = master.notes.get(int(number))
        return f"#footnote[{escaped(note)}]" if note else f"#super[{number}]"

    pieces = MARK.split(text)
    marked = (raised(p) if k % 2 else escaped(p) for k, p in enumerate(pieces))
    printed = "".join(marked)
    return noted(printed, unit)


def noted(printed: str, unit: int) -> str:
    """The text with a note of its page behind its first letter, where no line can end."""
    return f"{printed[0]}#u({unit}){printed[1:]}"


def paragraph(master: Master, block: Paragraph, ids: list[int], design: Design) -> str:
    """A paragraph; a pull quote of its floats to the head of a column."""
    texts = [sentence(master, s, n) for s, n in zip(block.sentences, ids, strict=True)]
    text = " ".join(texts)
    if not block.pull:
        return text
    quote = f"#text(14pt, style: 'italic', hyphenate: false)[{escaped(block.pull)}]"
    quote = quote.replace("'italic'", '"italic"')
    pull = "#place(top, float: true, clearance: 14pt)[#set par(justify: false); "
    return f"{pull}{quote}]\n\n{text}"


def item(block: Item, unit: int) -> str:
    """A list item, indented to its depth."""
    mark = f"{block.number}." if block.number else "-"
    return "  " * (block.depth - 1) * 2 + f"{mark} {noted(escaped(block.text), unit)}"


def other(block: Heading | Aside | Table | Entry, design: Design) -> str:
    """A heading, a box, a table or a reference."""
    if isinstance(block, Heading):
        return "=" * block.level + " " + escaped(block.text)
    if isinstance(block, Aside):
        style = BOXES[design.box]
        text = " ".join(map(escaped, block.sentences))
        return (
            f"#block(width: 100%, inset: 8pt, above: 1.4em, below: 1.4em, {style})["
            f"#set par(first-line-indent: 0pt)\n*{escaped(block.title)}*\n\n{text}]"
        )
    if isinstance(block, Table):
        return table(block, design)
    number = f"{block.number}\\. " if block.number else ""
    return f"#par(hanging-indent: 1.4em, first-line-indent: 0pt)[{number}{escaped(block.text)}]"


def table(block: Table, design: Design) -> str:
    """A table below its caption, its head repeated where it crosses a page."""
    cells = ", ".join(f"[{escaped(cell)}]" for row in block.rows for cell in row)
    head = ", ".join(f"[*{escaped(cell)}*]" for cell in block.head)
    widths = "(" + ", ".join(["auto"] * len(block.head)) + ",)"
    style = TABLES[design.table].replace("{{", "{").replace("}}", "}")
    return f"""#block(sticky: true, above: 1.4em)[
  #text(8.5pt, style: "italic")[{escaped(block.caption)}]]

#block(below: 1.4em)[
  #set par(justify: false, first-line-indent: 0pt)
  #set text({design.size - 1}pt, hyphenate: false)
  #table(columns: {widths}, {style}, table.header({head}), {cells})]"""
