"""Writes a master as JATS XML, the form in which journals hand on their articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from typesetting.read import Block, Inline, Master, Reference, citation, pieces

START = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD \
v1.3 20210610//EN" "JATS-archivearticle1-3.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="review-article" \
dtd-version="1.3" xml:lang="en">
"""
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def write_jats(master: Master) -> bytes:
    """The note as a journal article: front, body, and back with notes and references."""
    body = "\n".join(_sections(master.blocks))
    parts = (_front(master), f"<body>\n{body}\n</body>", _back(master))
    return (START + "\n".join(parts) + "\n</article>\n").encode()


def _front(master: Master) -> str:
    year, month, day = master.written.split("-")
    return f"""<front>
<journal-meta>
<journal-id journal-id-type="publisher-id">evidence-notes</journal-id>
<journal-title-group><journal-title>Evidence notes</journal-title></journal-title-group>
<publisher><publisher-name>Evidence knowledge base</publisher-name></publisher>
</journal-meta>
<article-meta>
<article-id pub-id-type="publisher-id">{escape(master.stem)}</article-id>
<article-categories>
<subj-group subj-group-type="heading"><subject>{escape(master.kind)}</subject></subj-group>
</article-categories>
<title-group><article-title>{escape(master.title)}</article-title></title-group>
<contrib-group>
<contrib contrib-type="author"><collab>Evidence knowledge base contributors</collab></contrib>
</contrib-group>
<pub-date date-type="pub" iso-8601-date="{master.written}">
<day>{day}</day><month>{month}</month><year>{year}</year>
</pub-date>
<permissions>
<copyright-year>{year}</copyright-year>
<license license-type="open-access" xlink:href="{LICENCE}">
<license-p>Creative Commons Attribution 4.0</license-p>
</license>
</permissions>
<kwd-group kwd-group-type="author">
<kwd>{escape(master.programme)}</kwd><kwd>{escape(master.country)}</kwd>\
<kwd>{escape(master.period)}</kwd>
</kwd-group>
</article-meta>
</front>"""


def _back(master: Master) -> str:
    notes = "\n".join(
        f'<fn id="fn{n}"><label>{n}</label><p>{_inline(note)}</p></fn>'
        for n, note in enumerate(master.notes, 1)
    )
    group = f"<fn-group>\n<title>Notes</title>\n{notes}\n</fn-group>\n" if notes else ""
    entries = "\n".join(_reference(reference) for reference in master.references)
    listed = f"<ref-list>\n<title>References</title>\n{entries}\n</ref-list>"
    return f"<back>\n{group}{listed}\n</back>"


def _reference(reference: Reference) -> str:
    *before, last = citation(reference)
    words = "".join(_dressed(s.text, "italic" if s.emphasis else "") for s in before)
    tail, _ = last.text.rsplit(" ", 1)
    if reference.doi:
        where = f'<pub-id pub-id-type="doi">{escape(reference.doi)}</pub-id>'
    else:
        where = f'<ext-link ext-link-type="uri" xlink:href={quoteattr(reference.url)}>'
        where += f"{escape(reference.url)}</ext-link>"
    kind = "journal" if reference.journal else "report"
    return (
        f'<ref id="bib{reference.ref}"><label>{reference.ref}</label>'
        f'<mixed-citation publication-type="{kind}">{words}{escape(tail)} {where}'
        "</mixed-citation></ref>"
    )


def _sections(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks under their headings as nested `sec`; what stands before the first stays bare."""
    open_levels: list[int] = []
    for number, block in enumerate(blocks, 1):
        if block.kind != "heading":
            yield _block(block, number)
            continue
        while open_levels and open_levels[-1] >= block.level:
            open_levels.pop()
            yield "</sec>"
        open_levels.append(block.level)
        yield f'<sec id="s{number}">\n<title>{_inline(block.inline)}</title>'
    yield from ["</sec>"] * len(open_levels)


def _block(block: Block, number: int) -> str:
    if block.kind == "list":
        kind = "order" if block.ordered else "bullet"
        items = "\n".join(f"<list-item><p>{_inline(i)}</p></list-item>" for i in block.items)
        return f'<list list-type="{kind}">\n{items}\n</list>'
    if block.kind == "table":
        return _table(block, number)
    if block.kind == "box":
        inside = "\n".join(_block(b, number) for b in block.blocks)
        return f'<boxed-text id="box{number}">\n{inside}\n</boxed-text>'
    return f"<p>{_inline(block.inline)}</p>"


def _table(block: Block, number: int) -> str:
    caption = f"<caption><p>{_inline(block.caption)}</p></caption>\n" if block.caption else ""
    head = _row("th", block.rows[0], block.right)
    rows = "\n".join(_row("td", row, block.right) for row in block.rows[1:])
    return (
        f'<table-wrap id="t{number}">\n{caption}<table>\n<thead>\n{head}\n</thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</table-wrap>"
    )


def _row(tag: str, row: Sequence[Inline], right: Sequence[bool]) -> str:
    sides = (' align="right"' if side else "" for side in right)
    cells = (f"<{tag}{s}>{_inline(c)}</{tag}>" for s, c in zip(sides, row, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _inline(inline: Inline) -> str:
    done = ""
    for span in inline:
        text = "".join(_piece(words, number) for words, number in pieces(span.text))
        text = f"<italic>{text}</italic>" if span.emphasis else text
        done += f"<bold>{text}</bold>" if span.strong else text
        if span.note:
            done += f'<xref ref-type="fn" rid="fn{span.note}"><sup>{span.note}</sup></xref>'
    return done


def _piece(words: str, number: int) -> str:
    return f'<xref ref-type="bibr" rid="bib{number}">{words}</xref>' if number else escape(words)


def _dressed(text: str, tag: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
