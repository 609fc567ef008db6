from __future__ import annotations

import pytest
import typst

from pipelines.parse.pdf import parse

TEXT = (
    "The teams met every week in the library, and most of those who took part said that the "
    "meetings had changed how they saw the work of all the others, and of their own service too."
)
FIRST = "It lends its rooms to anybody who asks for them, at no cost, on any day of the week."
SECOND = "Nobody has to say what a room is for, and nobody is ever turned away for want of one."
STYLES = {
    "tinted": "fill: luma(230)",
    "framed": "stroke: 1pt",
    "between rules": "stroke: (top: 1pt, bottom: 1pt)",
}


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_box_that_is_broken_off_is_whole(style, columns):
    source = f"""
    #set page(width: {220 * columns}pt, height: 220pt, margin: 30pt, columns: {columns})
    #set text(10pt, hyphenate: false)
    {TEXT}
    #block(width: 100%, inset: 8pt, {style})[*Box 1: The library*

    {FIRST} {SECOND}]
    {TEXT}"""
    blocks = parse(typst.compile(source.encode())).blocks
    boxes = [block.text for block in blocks if block.kind == "box"]
    others = [(block.kind, block.text) for block in blocks if block.kind != "box"]
    assert boxes == ["Box 1: The library", f"{FIRST} {SECOND}"]
    assert " ".join(text for _, text in others) == f"{TEXT} {TEXT}"
    assert {kind for kind, _ in others} == {"paragraph"}
