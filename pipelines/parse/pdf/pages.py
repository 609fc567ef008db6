"""All pages of a PDF into drafts of blocks: floats taken out of the flow, the rest composed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.models import Box
from pipelines.parse.flow import Draft
from pipelines.parse.pdf.apart import Float
from pipelines.parse.pdf.blocks import Composer, boxed
from pipelines.parse.pdf.boxes import Part, is_box, is_rest
from pipelines.parse.pdf.columns import column_starts, parted
from pipelines.parse.pdf.entries import with_entries
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.furniture import without_furniture
from pipelines.parse.pdf.headings import with_levels
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine, body_size, usual_gap
from pipelines.parse.pdf.mend import with_words_mended
from pipelines.parse.pdf.notes import below_rules, goes_on, notes, small_print
from pipelines.parse.pdf.order import in_order
from pipelines.parse.pdf.outline import Bookmark, outlined
from pipelines.parse.pdf.printing import Print, Style, column_edges
from pipelines.parse.pdf.tables import table_rows

_MOST_OF_PAGE = 0.6
"""What frames so much of a page frames its text."""
_MOST_COLUMNS = 10
"""In a box; those of its next part are counted from here on."""


@dataclass(frozen=True, slots=True)
class _Aside:
    """Lines inside a frame: rows of a table if it is one, else a box to be composed by itself."""

    frame: Frame
    lines: tuple[PrintedLine, ...]
    rows: tuple[Draft, ...]
    rest: tuple[_Aside, ...] = ()
    """The parts of a box behind the first one, if columns or pages break it off."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """A page's lines in reading order without its asides and footnotes, and those."""

    lines: tuple[PrintedLine, ...]
    asides: tuple[_Aside, ...]
    notes: tuple[PrintedLine, ...]


def drafts_of(pages: Sequence[PageLayout], bookmarks: Sequence[Bookmark] = ()) -> list[Draft]:
    """The document's drafts in reading order; its bookmarks tell headings, if it has any."""
    pages = [replace(page, lines=tuple(parted(page.lines, page.width))) for page in pages]
    pages = with_words_mended(without_furniture(pages))
    style = _style([line for page in pages for line in page.lines])
    starts = column_starts((page.width, page.lines) for page in pages)
    flows = [_flow(page, style, starts.get(round(page.width), [])) for page in pages]
    flows = _with_notes(flows, [page.height for page in pages], style)
    flows = _with_whole_boxes(flows, pages, style)
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


def _flow(page: PageLayout, style: Style, starts: Sequence[float]) -> _Flow:
    left = list(page.lines)
    asides: list[_Aside] = []
    for frame in page.frames:
        aside = _aside(frame, left, page, style)
        if aside:
            taken = {line.start for line in aside.lines}
            left = [line for line in left if line.start not in taken]
            asides.append(aside)
    ordered = in_order(left, page.width, starts)
    rules = [rule for rule in page.rules if not any(_bounds(rule, x.frame) for x in asides)]
    parted_off = below_rules(ordered, rules, style.size)
    below = {line.start for line in parted_off}
    kept = tuple(line for line in ordered if line.start not in below)
    return _Flow(kept, tuple(asides), tuple(parted_off))


def _bounds(rule: Box, frame: Frame) -> bool:
    return frame.holds((rule[0] + rule[2]) / 2, (rule[1] + rule[3]) / 2)


def _with_notes(flows: Sequence[_Flow], heights: Sequence[float], style: Style) -> list[_Flow]:
    """The flows with lists of works marked, and the small print at their feet among the notes.

    The rest of a note that a page breaks off goes to the page on which the note begins.
    """
    listed = with_entries([flow.lines for flow in flows], style.size, bold=style.bold)
    found: list[_Flow] = []
    for flow, lines, height in zip(flows, listed, heights, strict=True):
        last = found[-1].notes[-1] if found and found[-1].notes else None
        small = small_print(lines, style.size, height, last) if not flow.notes else []
        below = {line.start for line in small}
        own = [*flow.notes, *small]
        rest: list[PrintedLine] = []
        while own and goes_on(own[0], last):
            last = own.pop(0)
            rest.append(last)
        if rest:
            found[-1] = replace(found[-1], notes=(*found[-1].notes, *rest))
        kept = tuple(line for line in lines if line.start not in below)
        found.append(_Flow(kept, flow.asides, tuple(own)))
    return found


def _with_whole_boxes(
    flows: Sequence[_Flow], pages: Sequence[PageLayout], style: Style
) -> list[_Flow]:
    """The flows, each box that is broken off made whole where it begins."""
    found: list[_Flow] = []
    for flow, page in zip(flows, pages, strict=True):
        found.append(flow)
        boxes = [x for x in flow.asides if not x.rows]
        if any(not x.rows for last in found[-2:] for x in last.asides):
            boxes += _between_rules(flow, page)
        for rest in sorted(boxes, key=lambda x: x.frame.box[0]):
            at, box = _broken_off(found, rest, style.size) or (0, None)
            if box:
                found[-1] = _without(found[-1], rest)
                whole = replace(box, rest=(*box.rest, rest))
                asides = tuple(whole if x is box else x for x in found[at].asides)
                found[at] = replace(found[at], asides=asides)
    return found


def _between_rules(flow: _Flow, page: PageLayout) -> Iterator[_Aside]:
    """What stands between two rules, and may go on with a box though it looks like none."""
    for box in sorted({frame.box for frame in page.frames if frame.is_pair}):
        frame = Frame(box, (box[0], box[2]), (box[1], box[3]), framed=False)
        lines = tuple(x for x in flow.lines if frame.holds((x.x0 + x.x1) / 2, x.middle))
        if 0 < len(lines) < _MOST_OF_PAGE * len(flow.lines):
            yield _Aside(frame, lines, ())


def _broken_off(found: Sequence[_Flow], rest: _Aside, size: float) -> tuple[int, _Aside] | None:
    """The box that goes on in `rest`, and which of the last two pages it stands on."""
    for at in range(max(len(found) - 2, 0), len(found)):
        for box in found[at].asides:
            last = box.rest[-1] if box.rest else box
            page = last.lines[0].page - rest.lines[0].page + len(found) - 1
            if last is rest or box.rows or page < 0:
                continue
            if is_rest(_part(rest, found[-1]), _part(last, found[page]), size):
                return at, box
    return None


def _part(aside: _Aside, flow: _Flow) -> Part:
    others = (line for x in flow.asides if x is not aside for line in x.lines)
    own = {line.start for line in aside.lines}
    around = [line for line in (*flow.lines, *others) if line.start not in own]
    return Part(aside.frame, aside.lines, tuple(around))


def _without(flow: _Flow, aside: _Aside) -> _Flow:
    """A flow without an aside, and without its lines."""
    own = {line.start for line in aside.lines}
    lines = tuple(line for line in flow.lines if line.start not in own)
    return replace(flow, lines=lines, asides=tuple(x for x in flow.asides if x is not aside))


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
    boxed_off = share < _MOST_OF_PAGE and is_box(frame, inside, style.size)
    return _Aside(frame, inside, ()) if boxed_off else None


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
    ordered = [
        replace(line, column=line.column + k * _MOST_COLUMNS)
        for k, part in enumerate((aside, *aside.rest))
        for line in _in_frame(part)
    ]
    return Float(tuple(boxed(ordered, Print(style, column_edges(ordered)))))


def _in_frame(part: _Aside) -> list[PrintedLine]:
    """The lines of a box in order, as though its frame were the page."""
    x0, _, x1, _ = part.frame.box
    shifted = in_order([replace(x, x0=x.x0 - x0, x1=x.x1 - x0) for x in part.lines], x1 - x0)
    return [replace(x, x0=x.x0 + x0, x1=x.x1 + x0) for x in shifted]
