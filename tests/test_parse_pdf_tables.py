from __future__ import annotations

from time import process_time

import typst

from pipelines.parse.pdf import parse
from pipelines.parse.pdf.apart import set_apart
from pipelines.parse.pdf.blocks import Composer
from pipelines.parse.pdf.frames import level_rules
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.printing import Print, Style, column_edges
from pipelines.parse.pdf.shapes import Shape


def test_border_drawn_as_a_rectangle_within_another_is_a_box():
    source = """
    #set page(width: 300pt, height: 300pt, margin: 30pt)
    #set text(10pt)
    #place(curve(fill: black, fill-rule: "even-odd",
      curve.move((0pt, 0pt)), curve.line((240pt, 0pt)), curve.line((240pt, 60pt)),
      curve.line((0pt, 60pt)), curve.close(),
      curve.move((1pt, 1pt)), curve.line((239pt, 1pt)), curve.line((239pt, 59pt)),
      curve.line((1pt, 59pt)), curve.close()))
    #block(inset: 10pt, height: 60pt)[Nurses in both towns met each week for a year, and wrote
    down what they had agreed.]

    The meetings went on in the second year, when the grant had ended and each town paid for
    itself. Nobody wished to go back to letters, which took a week and were often lost on the
    way, as the doctors said when we asked them about it."""
    blocks = parse(typst.compile(source.encode())).blocks
    assert [(b.kind, b.text[:10]) for b in blocks] == [
        ("box", "Nurses in "),
        ("paragraph", "The meetin"),
    ]


def test_head_and_first_row_without_ground_above_a_striped_table():
    rows = " ".join(f"[Place {n}], [{n * 37 % 50}]," for n in range(1, 9))
    source = f"""
    #set page(width: 240pt, height: 260pt, margin: 30pt)
    #set text(10pt)
    #table(columns: (90pt, 60pt), align: left, stroke: none,
      fill: (_, y) => if y > 0 and calc.even(y) {{ luma(225) }},
      [*Site*], [*Visits*], {rows})"""
    blocks = parse(typst.compile(source.encode())).blocks
    expected = [(f"Place {n} | {n * 37 % 50}", "Site | Visits") for n in range(1, 9)]
    assert [(b.text, b.head) for b in blocks] == [("Site | Visits", ""), *expected]


def test_rule_drawn_cell_by_cell_is_one_rule():
    boxes = [(30, 99, 70, 100), (69, 99, 110, 100), (30, 140, 70, 141), (90, 140, 130, 141)]
    shapes = [Shape(box, None, straight=True) for box in reversed(boxes)]
    assert level_rules(shapes) == ((30, 99, 110, 100), (30, 140, 70, 141), (90, 140, 130, 141))


def test_long_run_of_lines_with_gaps_is_soon_told_from_a_table():
    lines = [
        PrintedLine(
            page=1,
            text="one two three four five six seven eight nine ten eleven twelve",
            x0=50,
            x1=900,
            y0=12 * k,
            y1=12 * k + 10,
            size=10,
            bold=False,
            start=k,
            end=k,
            gaps=((29, 60 + k, 360 + k),),
        )
        for k in range(160)
    ]
    started = process_time()
    found = set_apart(lines, Print(Style(size=10, gap=12, bold=False), {}))
    assert (found, process_time() - started < 5) == (lines, True)


def test_a_paragraph_of_hundreds_of_pages_takes_as_long_as_its_lines():
    lines = [
        PrintedLine(
            page=page,
            text="words that do not end and go on to the next",
            x0=50,
            x1=500,
            y0=12 * k,
            y1=12 * k + 10,
            size=10,
            bold=False,
            start=k,
            end=k,
            column=0,
        )
        for page in range(250)
        for k in range(50)
    ]
    composer = Composer(Print(Style(size=10, gap=12, bold=False), column_edges(lines)))
    started = process_time()
    composer.take_all(lines)
    assert ([len(x.rows) for x in composer.drafts], process_time() - started < 3) == ([12500], True)


def test_share_in_large_type_is_kept():
    source = """
    #set page(width: 300pt, height: 300pt, margin: 30pt)
    #set text(10pt)
    #text(24pt)[72%]

    of the parents said that the nurses had listened to them in every week of the year."""
    texts = [block.text for block in parse(typst.compile(source.encode())).blocks]
    assert texts[0] == "72%"
