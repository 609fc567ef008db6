"""What of a web page is its text: nothing that is may be lost, whatever stands around it."""

import pytest

from kb.errors import UnreadableFile
from kb.models import Block
from pipelines.parse import read

SENTENCES = [
    f"Site {letter} cut its admissions because nurses and doctors there shared one record."
    for letter in "ABCDEFGH"
]
PROSE = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
WHOLE = [f"paragraph {sentence}" for sentence in SENTENCES]
LINKS = '<a href="/">Home</a> <a href="/b">All our reports</a>'


def page(body: str) -> bytes:
    return f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>".encode()


def lines(body: str) -> list[str]:
    return [f"{block.kind} {block.text}" for block in read(page(body), "a.html").blocks]


@pytest.mark.parametrize(
    "around",
    [
        'div class="container menu-closed"',
        'div class="page cookie-accepted"',
        'div class="breadcrumb-on"',
        'div class="share-enabled"',
        'div class="related-article-body"',
        'div class="modal"',
        'div class="no-ads"',
        'div class="nav_collapsed"',
        'div class="social-care"',
        'section id="social-care"',
        'section id="information-sharing"',
        'div class="cookie-banner"',
        'div aria-hidden="true"',
        'div style="display:none"',
        'div role="dialog"',
        "form",
        "noscript",
        "nav",
        "footer",
    ],
)
def test_no_element_takes_most_of_the_text_away(around: str) -> None:
    tag = around.split()[0]
    assert lines(f"<div>{LINKS}</div><{around}>{PROSE}</{tag}>")[-8:] == WHOLE


@pytest.mark.parametrize(
    "around",
    ['div style="display: none"', 'div class="modal"', "form", 'div role="tabpanel" hidden'],
)
def test_no_elements_of_a_kind_take_most_of_the_text_away(around: str) -> None:
    tag = around.split()[0]
    parts = "".join(f"<{around}><p>{sentence}</p></{tag}>" for sentence in SENTENCES)
    assert lines(f"<h1>Sites</h1>{parts}") == ["heading Sites", *WHOLE]


@pytest.mark.parametrize(
    "around",
    [
        'div id="data-sharing"',
        'div class="social-care"',
        'div class="menu-open"',
        'ul id="related"',
    ],
)
def test_a_small_part_with_prose_stays_whatever_its_name(around: str) -> None:
    tag = around.split()[0]
    told = "What the eight sites knew of each other they shared."
    part = f"<{around}><h2>Sharing</h2><p>{told}</p></{tag}>"
    assert lines(PROSE + part) == [*WHOLE, "heading Sharing", f"paragraph {told}"]


@pytest.mark.parametrize(
    "furniture",
    [
        f"<nav>{LINKS}</nav>",
        f'<div class="main_menu">{LINKS}</div>',
        f'<div class="related">More: {LINKS}</div>',
        f'<div class="share"><p>Share this page: {LINKS}</p></div>',
        '<div class="social"><a href="/f"><img></a><a href="/t"><img></a> Share</div>',
        '<div id="site-cookie-banner"><p>We use cookies, and we ask you to say yes.</p></div>',
        '<div class="newsletter-signup"><p>Our news come once a month. Join us today.</p></div>',
        "<div hidden><p>Thank you for what you told us about this page.</p></div>",
        '<span aria-hidden="true">and more</span>',
        "<form><p>Was this page of any help to you today?</p><button>Yes</button></form>",
        "<noscript>Please switch JavaScript on to see all of this page.</noscript>",
        '<div role="contentinfo"><p>The trust is a charity, and has been since 1990.</p></div>',
        "<footer><p>The trust is a charity, and has been since 1990.</p></footer>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    assert lines(f"<p>{SENTENCES[0]}</p>{furniture}{PROSE[len(SENTENCES[0]) + 7 :]}") == WHOLE


@pytest.mark.parametrize("name", ["has-breadcrumbs", "no-cookie-banner"])
def test_a_name_that_says_what_is_not_there_is_none(name: str) -> None:
    told = "What the eight sites knew of each other they shared."
    part = f'<div class="{name}"><p>{told}</p></div>'
    assert lines(part + PROSE) == [f"paragraph {told}", *WHOLE]


def test_notes_that_are_hidden_until_asked_for_stay_notes() -> None:
    told = "What the eight sites knew of each other they shared, and they wrote it into one book "
    notes = f'<div class="footnotes" hidden><p>{told * 2}.</p></div>'
    assert lines(PROSE * 2 + notes) == [*WHOLE * 2, f"footnote {told * 2}."]


def test_a_table_that_sets_out_a_page_is_none() -> None:
    article = f"<h2>Sites</h2>{PROSE}<ul><li>They met.</li></ul>"
    rows = f"<tr><td>Fund</td><td>Reports</td></tr><tr><td>{article}</td><td>Beds</td></tr>"
    assert lines(f"<table>{rows}</table>") == [
        "paragraph Fund",
        "paragraph Reports",
        "heading Sites",
        *WHOLE,
        "list_item They met.",
        "paragraph Beds",
    ]


def test_a_row_of_prose_with_nothing_to_compare_it_is_no_table() -> None:
    cells = f"<td>{' '.join(SENTENCES[:2])}</td><td>12</td>"
    assert lines(f"<table><tr>{cells}</tr></table>") == [
        f"paragraph {' '.join(SENTENCES[:2])}",
        "paragraph 12",
    ]


def test_prose_in_a_table_of_data_stays_in_its_row() -> None:
    told = " ".join(SENTENCES)
    rows = "".join(f"<tr><td>{name}</td><td>{told}</td></tr>" for name in ("Aims", "Means"))
    table = f"<table><tr><th>Part</th><th>Findings</th></tr>{rows}</table>"
    assert read(page(table), "a.html").blocks == (
        Block(kind="table_row", text="Part | Findings"),
        Block(kind="table_row", text=f"Aims | {told}", head="Part | Findings"),
        Block(kind="table_row", text=f"Means | {told}", head="Part | Findings"),
    )


def test_an_article_in_a_table_of_one_cell_is_no_box() -> None:
    body = f"<table><tr><td><h2>Sites</h2>{PROSE * 4}</td></tr></table>"
    assert lines(body) == ["heading Sites", *WHOLE * 4]


@pytest.mark.parametrize(
    ("source", "last"),
    [
        ("<ul><li>a" * 5000 + "<p>They left.</p>", "list_item They left."),
        ("<div>" * 20_000 + "They left.", "paragraph They left."),
        ("<blockquote>" * 5000 + "They left.", "paragraph They left."),
        ("<p><b><font size=2>" * 5000 + "They left.", "paragraph They left."),
    ],
)
def test_what_nests_too_deeply_for_the_library_is_read_all_the_same(source: str, last: str) -> None:
    found = lines(f"<p>They met.</p>{source}")
    assert (found[0], found[-1]) == ("paragraph They met.", last)


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_what_cannot_be_read_to_its_end_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(b"<p>They met.</p>" + b"<table><tr><td>" * 3000 + b"They left.", name)
    assert raised.value.reason == "nests too deeply to be read as HTML; save it in a simpler form"


def test_what_lies_around_an_article_is_left_out_however_much_it_is() -> None:
    words = "The teams met each week and shared their plans with all. " * 6
    around = "Please write us what you think of this and more. " * 20
    page = (
        f"<html><body><main><h1>Joint teams</h1><p>{words}</p></main>"
        f"<div id='comments'><p>{around}</p></div></body></html>"
    )
    assert [block.text for block in read(page.encode(), "a.html").blocks] == [
        "Joint teams",
        words.strip(),
    ]


def test_typed_bullets_and_captions_marked_as_headings() -> None:
    page = (
        "<html><body><h2>Aims</h2><p>• one<br>• two</p><h3>Table 1. Falls by year</h3>"
        "<details><summary>What a team is</summary><p>A group with one list.</p></details>"
        "</body></html>"
    )
    assert read(page.encode(), "a.html").blocks == (
        Block(kind="heading", text="Aims", level=2),
        Block(kind="list_item", text="one", level=1),
        Block(kind="list_item", text="two", level=1),
        Block(kind="caption", text="Table 1. Falls by year"),
        Block(kind="heading", text="What a team is", level=3),
        Block(kind="paragraph", text="A group with one list."),
    )


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            "<div id=a></div><noscript>Enable JavaScript to run it.</noscript><script></script>",
            "holds no text; save the page from a browser after it has loaded",
        ),
        ("<frameset><frame src=a.html></frameset>", "only frames other pages; save those"),
    ],
)
def test_pages_that_are_empty_until_they_are_loaded(page: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(f"<html>{page}</html>".encode(), "a.html")
    assert raised.value.reason == reason


def test_a_cell_that_reaches_down_is_read_in_each_row() -> None:
    page = (
        "<table><tr><th>Site</th><th>Year</th><th>Falls</th></tr>"
        "<tr><td rowspan=2>North</td><td>2018</td><td rowspan=2>5</td></tr>"
        "<tr><td>2019</td></tr><tr><td colspan=2>all</td><td>6</td></tr></table>"
    )
    head = "Site | Year | Falls"
    assert read(page.encode(), "a.html").blocks == (
        Block(kind="table_row", text=head),
        Block(kind="table_row", text="North | 2018 | 5", head=head),
        Block(kind="table_row", text="North | 2019 | 5", head=head),
        Block(kind="table_row", text="all | 6", head=head),
    )


MENU = "".join(
    f'<li><a href="/{name}">{name.title()} news</a></li>' for name in SENTENCES[0].split()
)


def test_a_list_of_links_alone_is_left_out_with_its_heading() -> None:
    around = "<p>The four sites differ in size, and so do the results that they had.</p>"
    assert lines(f"{PROSE}<h2>Recent posts</h2><ul>{MENU}</ul>{around}") == [
        *WHOLE,
        "paragraph The four sites differ in size, and so do the results that they had.",
    ]


@pytest.mark.parametrize("before", ["<p>The sites in the study were:</p>", "<h2>References</h2>"])
def test_a_list_of_links_that_is_named_stays(before: str) -> None:
    read_lines = lines(f"{PROSE}{before}<ul>{MENU}</ul>{PROSE}")
    assert sum(line.endswith(" news") for line in read_lines) == MENU.count("<li>")


def test_a_long_paragraph_before_the_first_that_is_marked_as_one_stays() -> None:
    lead = " ".join(SENTENCES[:3])
    assert lines(f"<div>{lead}{PROSE}</div>")[0] == f"paragraph {lead}"


@pytest.mark.parametrize("name", ["_ftn1", "_edn2", "ftnt3", "sdfootnote4sym"])
def test_a_page_saved_by_a_word_processor_is_all_text(name: str) -> None:
    note = f'<p><a href="#back" name="{name}">1</a>They merged.</p>'
    contents = '<p class="MsoToc1">Findings 2</p>'
    assert lines(f"{contents}{PROSE}<p>They met <del>never</del>.</p><div>{note}</div>") == [
        *WHOLE,
        "paragraph They met .",
        "footnote 1 They merged.",
    ]
