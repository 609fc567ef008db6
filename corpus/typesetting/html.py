"""Writes a master as a page of a website, with all that stands around an article on the web."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from typesetting.read import Block, Inline, Master, Reference, address, citation, pieces, plain

PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def write_html(master: Master) -> bytes:
    """The note as the page that a reader would save from a browser."""
    page = PAGE.substitute(
        title=escape(master.title),
        stem=escape(master.stem),
        kind=escape(master.kind.capitalize()),
        date=master.written,
        printed=master.written.replace("-", "/"),
        country=escape(master.country),
        period=escape(master.period),
        programme=escape(master.programme),
        contents=_contents(master.blocks),
        body="\n".join(_block(block) for block in master.blocks),
        notes=_notes(master.notes),
        references="\n".join(_reference(reference) for reference in master.references),
    )
    return page.encode()


def _contents(blocks: Sequence[Block]) -> str:
    heads = [plain(b.inline) for b in blocks if b.kind == "heading" and b.level == 1]
    links = (f'<li><a href="#{_anchor(head)}">{escape(head)}</a></li>' for head in heads)
    return "\n".join(links)


def _anchor(head: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in head.lower()).split())


def _block(block: Block) -> str:
    if block.kind == "heading":
        level, words = block.level + 1, _inline(block.inline)
        return f'<h{level} id="{_anchor(plain(block.inline))}">{words}</h{level}>'
    if block.kind == "list":
        tag = "ol" if block.ordered else "ul"
        items = "\n".join(f"<li>{_inline(item)}</li>" for item in block.items)
        return f"<{tag}>\n{items}\n</{tag}>"
    if block.kind == "table":
        return _table(block)
    if block.kind == "box":
        inside = "\n".join(_block(b) for b in block.blocks)
        return f'<blockquote class="definition">\n{inside}\n</blockquote>'
    return f"<p>{_inline(block.inline)}</p>"


def _table(block: Block) -> str:
    caption = f"<caption>{_inline(block.caption)}</caption>\n" if block.caption else ""
    head, *rows = (
        "<tr>"
        + "".join(_cell(tag, cell, right) for cell, right in zip(row, block.right, strict=True))
        + "</tr>"
        for tag, row in zip(["th", *["td"] * len(block.rows)], block.rows, strict=False)
    )
    body = "\n".join(rows)
    return f"<table>\n{caption}<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _cell(tag: str, cell: Inline, right: bool) -> str:
    side = ' class="number"' if right else ""
    return f"<{tag}{side}>{_inline(cell)}</{tag}>"


def _inline(inline: Inline) -> str:
    done = ""
    for span in inline:
        text = "".join(_piece(words, number) for words, number in pieces(span.text))
        text = f"<em>{text}</em>" if span.emphasis else text
        done += f"<strong>{text}</strong>" if span.strong else text
        if span.note:
            done += f'<sup><a href="#note-{span.note}">{span.note}</a></sup>'
    return done


def _piece(words: str, number: int) -> str:
    return f'<a href="#ref-{number}">{words}</a>' if number else escape(words, quote=False)


def _notes(notes: Sequence[Inline]) -> str:
    if not notes:
        return ""
    items = (f'<li id="note-{n}">{_inline(note)}</li>' for n, note in enumerate(notes, 1))
    listed = "\n".join(items)
    return f'<section class="footnotes">\n<h2>Notes</h2>\n<ol>\n{listed}\n</ol>\n</section>'


def _reference(reference: Reference) -> str:
    where = escape(address(reference))
    *before, last = citation(reference)
    words = "".join(
        f"<em>{escape(s.text, quote=False)}</em>" if s.emphasis else escape(s.text, quote=False)
        for s in before
    )
    tail, printed = last.text.rsplit(" ", 1)
    link = f'<a href="{where}">{escape(printed, quote=False)}</a>'
    return f'<li id="ref-{reference.ref}">{words}{escape(tail, quote=False)} {link}</li>'
