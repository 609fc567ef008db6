from __future__ import annotations

from time import process_time

import pytest

from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.furniture import without_furniture
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.text.heads import without_furniture as without_heads

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


TITLE = "Better Start Programme"
SPLIT = "the councils in the north of the county had paid for the"


@pytest.mark.parametrize("line", [f"{TITLE} between 2012 and 2016, and the", f"{TITLE} (2012)"])
def test_lines_of_a_text_may_begin_with_its_title(line):
    text = [TITLE, "", "Ann Lee", "", "Summary", "", *BODY, SPLIT, line, "money was spent."]
    plain = [(None, one) for one in text]
    assert without_heads(plain) == plain
    paged = [*((1, one) for one in text[:-2]), *((2, one) for one in text[-2:])]
    assert without_heads(paged) == paged


@pytest.mark.parametrize("head", [f"{TITLE} | Page 3 of 20", f"{TITLE}, p. 5", f"{TITLE} #5"])
def test_the_title_with_a_number_above_a_page_is_no_text(head):
    text = [TITLE, "", "Ann Lee", "", "Summary", "", *BODY, SPLIT]
    paged = [*((1, one) for one in text), (2, head), (2, "work of others.")]
    assert without_heads(paged) == [paged[at] for at in range(len(paged)) if at != len(text)]
    plain = [(None, one) for one in [*text, head, "work of others."]]
    assert without_heads(plain) == [plain[at] for at in range(len(plain)) if at != len(text)]


def chapters(heads: list[str], *, size: float = 10, bold: bool = False, y: float = 40):
    """Pages of these heads, "" for none, above a text of their own, with numbers at the foot."""
    for at, head in enumerate(heads):
        texts = [f"{at} {line}" for line in BODY]
        lines = [printed(text, 100 + 12 * row) for row, text in enumerate(texts)]
        top = [printed(head, y, size=size, bold=bold)] if head else []
        yield [*top, *lines, printed(str(at + 7), 800, x=290)], texts


@pytest.mark.parametrize(
    ("head", "size"),
    [("The programme cut reoffending by a third.", 10), ("Findings on cost", 16)],
)
def test_text_at_the_height_of_running_heads_is_kept(head, size):
    pages, texts = zip(*chapters(["Better start"] * 3 + ["Ways to care"] * 3 + [""]), strict=True)
    opening = [printed(head, 40, size=size), *pages[-1]]
    assert read(*pages[:-1], opening) == [*texts[:-1], [head, *texts[-1]]]


@pytest.mark.parametrize(
    ("heads", "style"),
    [
        ([f"Recommendation {n}" for n in (1, 2, 3)] + [""] * 5, {}),
        (["", "Recommendation 1", "", "Recommendation 2", "", "", "Recommendation 3", ""], {}),
        ([f"Part {n}" for n in ("I", "II", "III")] + [""] * 5, {}),
        (["", "Key findings", "", "Key findings", "", "", "Key findings", ""], {"bold": True}),
        (["", "Key findings", "", "Key findings", "", "", "Key findings", ""], {"size": 12}),
    ],
)
def test_headings_that_recur_on_some_pages_are_kept(heads, style):
    pages, texts = zip(*chapters(heads, y=82, **style), strict=True)
    kept = [[head, *text] if head else text for head, text in zip(heads, texts, strict=True)]
    assert read(*pages) == kept


@pytest.mark.parametrize(
    ("heads", "style"),
    [
        ([f"Better start in the north | {n} of 13" for n in range(7, 13)], {}),
        ([f"Version 3, page {n} of 13" for n in range(7, 13)], {}),
        (["Better start", *["Annual report 2013"] * 5], {"bold": True}),
    ],
)
def test_running_heads_that_count_or_are_on_most_pages_are_gone(heads, style):
    pages, texts = zip(*chapters(heads, y=88, **style), strict=True)
    kept = [["Better start", *texts[0]] if style else texts[0], *texts[1:]]
    assert read(*pages) == kept


def test_a_number_beside_a_long_running_head_is_gone():
    head = "Ash and others. The journal of services in the north of the county (2016) 3:2"
    pages, texts = zip(*chapters([head] * 4), strict=True)
    counted = [[*page, printed(f"Page {n} of 4", 40, x=500)] for n, page in enumerate(pages, 1)]
    assert read(*counted) == list(texts)


OPENING = [printed("Better care for all", 120, size=20), *body(200)]


@pytest.mark.parametrize(
    ("above", "kept"),
    [
        ([("Journal of services, 2016", {}), ("Open access", {})], []),
        ([("doi 3/2016", {"size": 7, "bold": True})], []),
        ([("Reform in the north", {"size": 12})], ["Reform in the north"]),
        ([("Summary", {"bold": True})], ["Summary"]),
        ([("Costs fell in the towns", {}), ("of the north.", {})], None),
        ([("Key points", {}), ("• Costs fell", {})], None),
    ],
)
def test_small_print_above_a_title_is_no_text(above, kept):
    lines = [printed(text, 40 + 14 * at, **style) for at, (text, style) in enumerate(above)]
    kept = [text for text, _ in above] if kept is None else kept
    assert read([*lines, *OPENING]) == [[*kept, *(line.text for line in OPENING)]]


@pytest.mark.parametrize("figure", ["45%", "2012", "£2.5m"])
def test_a_title_stays_above_a_figure_that_is_larger(figure):
    lines = [printed("Reform in the north", 60, size=18), printed(figure, 110, size=40), *body(200)]
    assert read(lines) == [[line.text for line in lines]]


@pytest.mark.parametrize(
    ("foot", "size", "is_text"),
    [
        ("North County Council, March 2023", 8, False),
        ("© North County Council", 8, False),
        ("North County Council | 12", 10, False),
        ("Review of the record, page 3 of 10", 10, False),
        ("North County Council", 10, True),
        ("Names have been changed.", 8, True),
        ("– a nurse in the north", 8, True),
        ("Source: interviews with staff", 8, True),
        ("Figure 2. Visits in each month", 8, True),
    ],
)
def test_a_foot_on_one_page_is_told_by_its_size_and_its_number(foot, size, is_text):
    lines = body(300)
    kept = [*BODY, foot] if is_text else BODY
    assert read([*lines, printed(foot, 790, size=size)]) == [kept]
    near = printed(foot, 748, size=size)
    assert read([*body(700), near]) == [[*BODY, foot]]


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ("Findings of the trials, 2010–2012", 10),
        ("Costs in the north | 2012", 10),
        ("Visits to each family in 2010", 8),
    ],
)
def test_a_year_is_no_page_number(head, size):
    lines = [printed(head, 60, size=size), *body(300)]
    assert read(lines) == [[head, *BODY]]


def test_the_last_rows_of_a_table_stay_however_far_apart():
    rows = [
        printed(text, 650 + 28 * at, x=70 + 200 * column, size=8)
        for at in range(5)
        for column, text in enumerate((f"Town {at}", f"{at}1 visits", f"{at}%"))
    ]
    frame = Frame((60, 640, 535, 790), (60, 535), (640, 790), framed=False)
    page = PageLayout(1, 595, 842, (*body(200), *rows), (frame,))
    assert [line.text for line in without_furniture([page])[0].lines] == [
        *BODY,
        *(line.text for line in rows),
    ]


def test_a_number_that_keeps_step_is_gone_from_a_coloured_page():
    frame = Frame((0, 300, 595, 842), (0, 595), (300, 842), framed=True)
    pages = [
        PageLayout(at, 595, 842, (*body(650), printed(str(at), 800)), (frame,)) for at in (1, 2)
    ]
    assert [[line.text for line in page.lines] for page in without_furniture(pages)] == [BODY] * 2


def test_a_long_report_is_read_in_step_with_its_length():
    pages = [
        [
            *(printed("Better care", 26, size=9), printed(f"Part {at // 9}", 40, size=9)),
            *(*body(300), printed(f"{at}", 800)),
        ]
        for at in range(1500)
    ]
    started = process_time()
    assert read(*pages) == [BODY] * 1500
    assert process_time() - started < 8


@pytest.mark.parametrize("style", [{"bold": True}, {"size": 16}])
def test_names_of_sections_above_most_pages_are_gone_in_whatever_type(style):
    labels = ["Aims", "Aims", "Methods", "Costs", "Costs", "Costs", "People", ""]
    pages, texts = zip(*chapters(labels, **style), strict=True)
    assert read(*pages) == list(texts)


@pytest.mark.parametrize("style", [{"bold": True}, {"size": 16}])
@pytest.mark.parametrize(
    "heads",
    [
        ["Aims", "Aims", "Methods", "Costs", "People", "Homes", "Towns", ""],
        ["Means", "Aims", "Means", "Homes", "Aims", "Towns", "Means", "Aims"],
    ],
)
def test_headings_that_open_most_pages_stay(heads, style):
    pages, texts = zip(*chapters(heads, **style), strict=True)
    kept = [[head, *text] if head else text for head, text in zip(heads, texts, strict=True)]
    assert read(*pages) == kept
