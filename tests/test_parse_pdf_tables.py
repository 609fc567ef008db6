from __future__ import annotations

import typst

from pipelines.parse.pdf import parse
from pipelines.parse.pdf.frames import level_rules
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
