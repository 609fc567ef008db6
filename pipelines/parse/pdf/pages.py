"""All pages of a PDF into drafts of blocks: floats taken out of the flow, the rest composed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.parse.flow import Draft
from pipelines.parse.pdf.apart import Float
from pipelines.parse.pdf.blocks import Composer, boxed, is_box
from pipelines.parse.pdf.columns import column_starts, parted
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.furniture import without_furniture
from pipelines.parse.pdf.headings import with_levels
from pipelines.parse.pdf.layout import PageLayout, footnotes
from pipelines.parse.pdf.lines import PrintedLine, body_size, usual_gap
from pipelines.parse.pdf.mend import with_words_mended
from pipelines.parse.pdf.notes import notes
from pipelines.parse.pdf.order import in_order
from pipelines.parse.pdf.outline import Bookmark, outlined
from pipelines.parse.pdf.printing import Print, Style, column_edges
from pipelines.parse.pdf.tables import table_rows
from pipelines.parse.references import is_reference_heading


@dataclass(frozen=True, slots=True)
class _Aside:
    """Lines inside a frame: rows of a table if it is one, else a box to be composed by itself."""

    frame: Frame
    lines: tuple[PrintedLine, ...]
    rows: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class _Flow:
    """A page's lines in reading order without its asides and footnotes, and those."""

    lines: tuple[PrintedLine, ...]
    asides: tuple[_Aside, ...]
    notes: tuple[PrintedLine, ...]
    in_references: bool
    """Whether the page ends in a list of references."""


def drafts_of(pages: Sequence[PageLayout], bookmarks: Sequence[Bookmark] = ()) -> list[Draft]:
    """The document's drafts in reading order; its bookmarks tell headings, if it has any."""
    pages = [replace(page, lines=tuple(parted(page.lines, page.width))) for page in pages]
    pages = with_words_mended(without_furniture(pages))
    style = _style([line for page in pages for line in page.lines])
    starts = column_starts((page.width, page.lines) for page in pages)
    flows: list[_Flow] = []
    for page in pages:
        in_references = bool(flows) and flows[-1].in_references
        flows.append(_flow(page, style, starts.get(round(page.width), []), in_references))
    lines = [line for flow in flows for line in flow.lines]
    style = replace(style, gap=usual_gap(lines, style.size))
    composer = Composer(Print(style, column_edges(lines)))
    composer.take_all([item for flow in flows for item in _items(flow, style)])
    return outlined(with_levels(composer.drafts, composer.headings, style.size), bookmarks)


def _style(lines: Sequence[PrintedLine]) -> Style:
    size = body_size(lines)
    body = [line for line in lines if abs(line.size - size) < 0.6]
    bold = sum(len(line.text) for line in body if line.bold)
    return Style(
        size=size, gap=usual_gap(body, size), bold=bold > 0.5 * sum(len(x.text) for x in body)
    )


def _flow(page: PageLayout, style: Style, starts: Sequence[float], in_references: bool) -> _Flow:
    left = list(page.lines)
    asides: list[_Aside] = []
    for frame in page.frames:
        aside = _aside(frame, left, page, style)
        if aside:
            taken = {line.start for line in aside.lines}
            left = [line for line in left if line.start not in taken]
            asides.append(aside)
    ordered = in_order(left, page.width, starts)
    begin = _references_begin(ordered, style, in_references)
    small = footnotes(ordered, style.size, page.height, begin)
    below = {line.start for line in small}
    kept = tuple(line for line in ordered if line.start not in below)
    return _Flow(kept, tuple(asides), tuple(small), begin < len(ordered))


def _references_begin(lines: Sequence[PrintedLine], style: Style, begun: bool) -> int:
    """The index of the first line in a list of references that the page does not end; else all."""
    begin = 0 if begun else len(lines)
    for index, line in enumerate(lines):
        if line.size > 1.06 * style.size or (line.bold and not style.bold):
            begin = index + 1 if is_reference_heading(line.text) else len(lines)
    return begin


def _aside(
    frame: Frame, lines: Sequence[PrintedLine], page: PageLayout, style: Style
) -> _Aside | None:
    """What a frame holds, unless it frames the page's text itself."""
    inside = tuple(x for x in lines if frame.holds((x.x0 + x.x1) / 2, x.middle))
    if not inside:
        return None
    if rows := table_rows(frame, inside):
        return _Aside(frame, inside, tuple(rows))
    held = [x for x in page.lines if frame.holds((x.x0 + x.x1) / 2, x.middle)]
    share = sum(len(x.text) for x in held) / sum(len(x.text) for x in page.lines)
    return _Aside(frame, inside, ()) if share < 0.6 and is_box(frame, inside, style) else None


def _items(flow: _Flow, style: Style) -> Iterator[PrintedLine | Float]:
    """The page's lines with each float before the first line that stands below it."""
    waiting = [(aside, _float(aside, style)) for aside in flow.asides]
    waiting.sort(key=lambda pair: pair[0].frame.box[1])
    for line in flow.lines:
        for pair in list(waiting):
            if _is_below(line, pair[0].frame):
                waiting.remove(pair)
                yield pair[1]
        yield line
    yield from (item for _, item in waiting)
    if flow.notes:
        yield Float(tuple(notes(flow.notes)))


def _is_below(line: PrintedLine, frame: Frame) -> bool:
    x0, _, x1, y1 = frame.box
    beside = min(x1, line.x1) - max(x0, line.x0) > 0.3 * min(x1 - x0, line.x1 - line.x0)
    return beside and line.y0 >= y1 - 3


def _float(aside: _Aside, style: Style) -> Float:
    """A table's rows, or a box's blocks: paragraphs and headings in it are of kind box."""
    if aside.rows:
        return Float(aside.rows)
    x0, _, x1, _ = aside.frame.box
    shifted = in_order([replace(x, x0=x.x0 - x0, x1=x.x1 - x0) for x in aside.lines], x1 - x0)
    ordered = [replace(x, x0=x.x0 + x0, x1=x.x1 + x0) for x in shifted]
    return Float(tuple(boxed(ordered, Print(style, column_edges(ordered)))))
