from __future__ import annotations

import pytest

from pipelines.parse.pdf.furniture import without_furniture
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine

BODY = [f"The teams met every week in the {word} town," for word in ("first", "second", "third")]


def printed(text: str, y: float, *, x: float = 70, size: float = 10, bold: bool = False):
    return PrintedLine(
        page=1, text=text, x0=x, y0=y, x1=x + 5 * len(text), y1=y + size, size=size, bold=bold,
        start=0, end=len(text), column=0,
    )  # fmt: skip


def body(y: float) -> list[PrintedLine]:
    return [printed(text, y + 12 * at) for at, text in enumerate(BODY)]


def read(*pages: list[PrintedLine]) -> list[list[str]]:
    layouts = [PageLayout(at + 1, 595, 842, tuple(page)) for at, page in enumerate(pages)]
    return [[line.text for line in page.lines] for page in without_furniture(layouts)]


@pytest.mark.parametrize("pause", ["....", "….", ". . . .", "..... ", "…… ", ".... I", "… 12"])
def test_pauses_of_speakers_are_no_contents(pause):
    lines = [*body(300), printed(f"not where she could turn to for help {pause}".strip(), 336)]
    assert read(lines) == [[line.text for line in lines]]


def test_dots_of_contents_lead_to_a_number_beside_or_are_many_or_come_in_a_row():
    lines = [
        *(printed("Aims ....", 200), printed("12", 200, x=400)),
        *(printed("Methods ........", 212), printed("Costs .... 14", 224), *body(300)),
        *(printed(f"{name} .....", 400 + 12 * at) for at, name in enumerate(("Ash", "Elm", "Oak"))),
        *(*body(500), printed("and she said .....", 536)),
    ]
    assert read(lines) == [["12", *BODY, *BODY, "and she said ....."]]
