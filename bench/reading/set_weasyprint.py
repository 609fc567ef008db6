"""Masters set by WeasyPrint from HTML, with the fonts of the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from designs import Design, Typeset, furniture, running_head
from masters import MARK, Aside, Entry, Heading, Item, Master, Paragraph, Table, body, plain

SIZES = {
    "larger": (15.0, 12.5, 11.0),
    "bold": (10.0, 10.0, 10.0),
    "coloured": (16.0, 13.0, 11.0),
    "numbered": (14.0, 12.0, 10.5),
    "caps": (13.0, 11.0, 10.0),
    "small": (13.0, 10.5, 9.5),
}
BOXES = {
    "fill": "background: #e3eef3; border: .6pt solid #0b5a78",
    "frame": "border: .8pt solid black",
    "rules": "border-top: 1pt solid black; border-bottom: 1pt solid black",
    "tint": "background: #ebebeb",
}
TABLES = {
    "ruled": "td, th { border: .5pt solid black }",
    "horizontal": "table { border-top: 1pt solid; border-bottom: 1pt solid }"
    " thead { border-bottom: .6pt solid }",
    "plain": "",
    "zebra": "tbody tr:nth-child(odd) { background: #e8e8e8 }",
}


def typeset(master: Master, design: Design) -> Typeset:
    """The master in this design; the pages are those of WeasyPrint's own anchors."""
    from weasyprint import HTML

    document = HTML(string=html_of(master, design)).render()
    units = [plain(unit) for unit in body(master)]
    pages: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for anchor in page.anchors:
            pages.setdefault(units[int(anchor[1:])], number)
    pdf = document.write_pdf(pdf_identifier=design.name.encode())
    return Typeset(pdf, pages, furniture(design, master.title, len(document.pages)))


def html_of(master: Master, design: Design) -> str:
    """The whole page."""
    authors = escape(", ".join(master.authors))
    parts = "\n".join(elements(master, design))
    return (
        f'<html lang="en-GB"><head><title>{escape(master.title)}</title>'
        f"<style>{style(master, design)}</style></head><body>"
        f'<h1 class="title">{escape(master.title)}</h1><p class="authors">{authors}</p>'
        f'<div class="columns">{parts}</div></body></html>'
    )


def style(master: Master, design: Design) -> str:
    """The style sheet."""
    odd, even = running_head(master.title, 3), running_head(master.title, 2)
    foot = '"Page " counter(page)' if design.columns == 1 else "counter(page)"
    paper = "A4 landscape" if design.landscape else "A4"
    indent, gap = ("1.2em", "0") if design.indent else ("0", ".7em")
    heads = "".join(
        f"h{level + 1} {{ font-size: {size}pt; margin: 1.1em 0 .5em }}"
        for level, size in enumerate(SIZES[design.heads], 1)
    )
    colour = "color: #0b5a78; font-weight: normal" if design.heads == "coloured" else ""
    case = "text-transform: uppercase" if design.heads == "caps" else ""
    initial = "display: block; float: left; font-size: 3.1em; line-height: .9; padding-right: 3pt"
    drop = f".initial {{ {initial} }}" if design.drop_cap else ""
    return f"""
@page {{ size: {paper}; margin: 66pt 56pt; @footnote {{ border-top: .5pt solid; padding-top: 4pt }}
  @bottom-center {{ content: {foot}; font-size: 8pt }} }}
@page :right {{ @top-right {{ content: "{odd}"; font-size: 8pt }} }}
@page :left {{ @top-left {{ content: "{even}"; font-size: 8pt }} }}
@page :first {{ @top-right {{ content: none }} }}
body {{ font: {design.size}pt/1.3 "Liberation Sans", "DejaVu Sans", sans-serif; margin: 0 }}
.columns {{ columns: {design.columns}; column-gap: {design.gutter}pt;
  text-align: {"justify" if design.justify else "left"};
  hyphens: {"auto" if design.hyphenate else "manual"} }}
p {{ margin: 0 0 {gap} 0; text-indent: {indent}; orphans: 2; widows: 2 }}
h2 + p, h3 + p, h4 + p, aside p, .authors {{ text-indent: 0 }}
h1, h2, h3, h4 {{ hyphens: manual; text-align: left; {colour}; {case} }}
h1.title {{ font-size: 22pt }} {heads} {drop}
aside {{ {BOXES[design.box]}; padding: 8pt; margin: 10pt 0; break-inside: avoid }}
.pull {{ display: inline-block; width: 100%; font-size: 14pt; font-style: italic; text-indent: 0;
  text-align: left; hyphens: manual; margin: 10pt 0; color: #0b5a78 }}
.note {{ float: footnote; font-size: 7.5pt; text-align: left; text-indent: 0 }}
::footnote-call, sup {{ font-size: 65%; vertical-align: super; line-height: 0 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed;
  font-size: {design.size - 1}pt; margin: 6pt 0 12pt;
  hyphens: manual; text-align: left }}
td, th {{ padding: 3pt 5pt; vertical-align: top; text-align: left }} {TABLES[design.table]}
.caption {{ font-style: italic; font-size: 8.5pt; text-indent: 0; margin: 12pt 0 4pt;
  break-after: avoid }}
ul, ol {{ margin: 4pt 0; padding-left: 16pt }}
.entry {{ padding-left: 14pt; text-indent: -14pt; margin-bottom: 3pt }}"""


def elements(master: Master, design: Design) -> Iterator[str]:
    """Each block of the master as HTML, lists opened and closed as their depth asks."""
    units = iter(range(sum(1 for _ in body(master))))
    open_lists: list[str] = []
    sections = [0, 0, 0]
    first = "first"
    for block in master.blocks:
        depth = block.depth if isinstance(block, Item) else 0
        while len(open_lists) > depth:
            yield f"</li></{open_lists.pop()}>"
        if isinstance(block, Item):
            yield (
                opened(block, open_lists) + f'<span id="u{next(units)}">{escape(block.text)}</span>'
            )
        elif isinstance(block, Paragraph):
            yield paragraph(master, block, [next(units) for _ in block.sentences], first)
            first = ""
        elif isinstance(block, Heading):
            yield heading(block, design, sections)
            first = "first" if block.level == 1 else first
        else:
            yield other(block)


def opened(item: Item, open_lists: list[str]) -> str:
    """What begins a list item, and its list if it is the first."""
    if len(open_lists) == item.depth:
        return "</li><li>"
    open_lists.append("ol" if item.number else "ul")
    return f"<{open_lists[-1]}><li>"


def heading(block: Heading, design: Design, sections: list[int]) -> str:
    """A heading, with its number where the design has them."""
    sections[block.level - 1] += 1
    sections[block.level :] = [0] * (3 - block.level)
    number = ".".join(map(str, sections[: block.level])) + " " if design.heads == "numbered" else ""
    return f"<h{block.level + 1}>{number}{escape(block.text)}</h{block.level + 1}>"


def paragraph(master: Master, block: Paragraph, ids: list[int], name: str) -> str:
    """A paragraph; a pull quote stands in the middle of its middle sentence."""
    middle = len(ids) // 2
    texts = []
    for k, (text, unit) in enumerate(zip(block.sentences, ids, strict=True)):
        words = text.split(" ")
        if block.pull and k == middle:
            half = len(words) // 2
            words[half] = f"\0{words[half]}"
        printed = raised(master, escape(" ".join(words)))
        pull = f'<span class="pull">{escape(block.pull)}</span>'
        texts.append(f'<span id="u{unit}">{printed.replace(chr(0), pull)}</span>')
    if name:
        texts[0] = re.sub(r">(\w)", r'><span class="initial">\1</span>', texts[0], count=1)
    return f"<p>{' '.join(texts)}</p>"


def raised(master: Master, text: str) -> str:
    """The text with its marks as footnotes, or as raised numbers of references."""

    def one(number: str) -> str:
        note = master.notes.get(int(number))
        return f'<span class="note">{escape(note)}</span>' if note else f"<sup>{number}</sup>"

    return MARK.sub(lambda found: one(found[1]), text)


def other(block: Aside | Table | Entry) -> str:
    """A box, a table or a reference."""
    if isinstance(block, Aside):
        text = escape(" ".join(block.sentences))
        return f"<aside><p><b>{escape(block.title)}</b></p><p>{text}</p></aside>"
    if isinstance(block, Entry):
        number = f"{block.number}. " if block.number else ""
        return f'<p class="entry">{number}{escape(block.text)}</p>'
    head = "".join(f"<th>{escape(cell)}</th>" for cell in block.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
    )
    return (
        f'<p class="caption">{escape(block.caption)}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
