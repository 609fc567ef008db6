from __future__ import annotations

import pytest
import typst

from pipelines.parse.pdf import parse

ABOVE = "The teams met every week in the library, and most of them came back the week after."


def read(*lines: str) -> list[tuple[str, str]]:
    """What is read of text above a drawing, and of lines in the drawing."""
    words = " \\ ".join(lines)
    strokes = "".join(
        f"#place(top + left, dx: {x}pt, line(start: (0pt, 100pt), end: (9pt, 110pt)))"
        for x in (10, 30, 50, 70)
    )
    source = f"""
    #set page(width: 300pt, height: 300pt, margin: 30pt)
    #set text(10pt)
    {ABOVE} {ABOVE}

    #block(width: 160pt, height: 120pt)[
      #place(top + left, polygon(stroke: 1pt, (0pt, 0pt), (150pt, 4pt), (9pt, 110pt)))
      {strokes}
      #place(top + left, dx: 15pt, dy: 20pt)[{words}]]"""
    blocks = parse(typst.compile(source.encode())).blocks
    return [(block.kind, block.text) for block in blocks[1:]]


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("paragraph", ["Those who took part said", "that it had changed how", "they worked."]),
        ("caption", ["Referral", "seen at home", "Plan agreed", "with the family", "Review"]),
    ],
)
def test_a_sentence_in_a_drawing_is_text_and_labels_are_not(kind, lines):
    assert read(*lines) == [(kind, " ".join(lines))]
