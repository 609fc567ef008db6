from __future__ import annotations

import pytest

from kb.browse import stats
from kb.models import Block, Document, Line, Page, Parsed, UnreadPages
from kb.pages import get_unread_pages
from kb.store import delete_document, save_document
from kb.text import unread_pages_lines
from kb.unread import ranges_text
from pipelines.parse import assemble
from pipelines.parse.pdf.doubt import doubtful
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.quality import Count, count_words, is_known, worth

SOUND = (
    "The organisation of care for people who have several illnesses at once was paid for by the "
    "county, and the teams of the programme were asked to keep one record of each of them."
)


@pytest.mark.parametrize(
    "word",
    ["organisation", "haematology", "multimorbidity", "café", "didn't", "team’s", "deprescribing"],
)
def test_known_words(word):
    assert is_known(word)


@pytest.mark.parametrize("word", ["ndings", "speci", "thecare", "wil", "1nte", "qrtz"])
def test_unknown_words(word):
    assert not is_known(word)


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Anna Krzyk of the NHS met GPs.", "en", Count(7, 3, 0)),
        ("See https://example.org/abc or 10.1000/xyz.", "en", Count(4, 1, 0)),
        ("the ndings of 30mg", "en", Count(4, 3, 1)),
        ("the c4re te\ufffdm \uf0b7", "en", Count(3, 3, 2)),
        ("7KH FDUH WHDP PHW", "en", Count(4, 3, 3)),
        ("theteamsoftheprogrammemeteveryweekintown", "en", Count(1, 5, 5)),
        ("Mae pobl yn dweud", "cy", Count(4)),
        ("Mae pobl yn dweud", None, Count(4)),
    ],
)
def test_words_are_counted(text, language, count):
    assert count_words(text, language) == count


def test_what_a_text_is_worth():
    figures = [worth(None, None), worth(0.01, 0.5), worth(0.06, None), worth(0.5, 0.0)]
    assert [round(x, 2) for x in figures] == [1.0, 0.5, 0.75, 0.0]


def lines_on(*pages: int) -> tuple[Line, ...]:
    return tuple(Line(char_start=0, page=page) for page in pages)


def read_in(*texts: str, language: str | None = None) -> Parsed:
    """A block a page, and one page more that could not be read and one that is blank."""
    blocks = (Block(kind="paragraph", text=t, lines=lines_on(n)) for n, t in enumerate(texts, 1))
    count = len(texts)
    sheets = [Page(number=n, doubtful=0.1) for n in range(1, count + 1)]
    sheets += [
        Page(number=count + 1, read_by="nothing"),
        Page(number=count + 2, read_by="blank"),
        Page(number=count + 3, read_by="damaged"),
    ]
    return Parsed(blocks=tuple(blocks), pages=count + 3, sheets=tuple(sheets))


def test_pages_and_the_whole_are_judged():
    broken = SOUND.replace("care", "crae").replace("people", "poeple")
    document, _ = assemble(read_in(SOUND, broken), path="a.pdf", sha256="0" * 64)
    assert document.sheets == (
        Page(number=1, words=34, unknown=0.0, doubtful=0.1, quality=0.9),
        Page(number=2, words=34, unknown=0.061, doubtful=0.1, quality=0.672),
        Page(number=3, read_by="nothing", quality=0.0),
        Page(number=4, read_by="blank"),
        Page(number=5, read_by="damaged", quality=0.0),
    )
    assert document.quality == 0.393


def test_a_picture_without_words_counts_as_unread():
    blocks = (Block(kind="paragraph", text=SOUND, lines=lines_on(1)),)
    sheets = tuple(Page(number=n, read_by="ocr") for n in (1, 2))
    parsed = Parsed(blocks=blocks, pages=2, sheets=sheets)
    document, _ = assemble(parsed, path="a.pdf", sha256="0" * 64)
    assert [sheet.quality for sheet in document.sheets] == [1.0, 0.0]
    assert document.quality == 0.5


def test_what_is_known_of_words_is_forgotten_again():
    assert is_known.cache_info().maxsize == 100_000


def test_documents_without_pages_are_judged_by_their_words():
    parsed = Parsed(blocks=(Block(kind="paragraph", text=SOUND),))
    document, _ = assemble(parsed, path="a.md", sha256="0" * 64)
    assert (document.language, document.sheets, document.quality) == ("en", (), 1.0)


def test_other_languages_are_not_called_unreadable():
    text = (
        "Le programme a été mis en place dans les hôpitaux de la région pour que les équipes "
        "puissent travailler avec les services sociaux, qui sont au plus près des familles."
    )
    document, _ = assemble(
        Parsed(blocks=(Block(kind="paragraph", text=text),)), path="a.md", sha256="0" * 64
    )
    assert (document.language, document.quality) == ("fr", 1.0)


def test_a_document_of_no_language_is_not_judged():
    blocks = (Block(kind="paragraph", text="Vpf qmtz rkw " * 20),)
    document, _ = assemble(Parsed(blocks=blocks), path="a.md", sha256="0" * 64)
    assert (document.language, document.quality) == (None, None)


def printed(x0: float, y0: float, text: str = "Teams of both towns met each week.") -> PrintedLine:
    return PrintedLine(
        page=1, text=text, x0=x0, y0=y0, x1=x0 + 180, y1=y0 + 10, size=10, bold=False,
        start=0, end=1,
    )  # fmt: skip


def test_order_is_certain_where_lines_go_down_and_then_right():
    lines = [printed(50, 100), printed(50, 120), printed(300, 100), printed(300, 120)]
    assert doubtful([PageLayout(1, 600, 800, tuple(lines))]) == 0.0


def test_order_is_in_doubt_where_lines_cross_columns_or_go_up():
    across = [printed(50, 100), printed(300, 100), printed(50, 120), printed(300, 120)]
    upwards = [printed(50, 300), printed(50, 100), printed(50, 120)]
    assert doubtful([PageLayout(1, 600, 800, tuple(across))]) == 0.667
    assert doubtful([PageLayout(1, 600, 800, tuple(upwards))]) == 0.5
    assert doubtful([PageLayout(1, 600, 800, ())]) is None


def test_pages_are_saved_shown_and_deleted(db):
    sheets = (
        Page(number=1, words=90, unknown=0.0, doubtful=0.0, quality=1.0),
        Page(number=2, read_by="nothing", quality=0.0),
        Page(number=3, read_by="damaged", quality=0.0),
        Page(number=4, read_by="ocr", words=60, quality=1.0),
        Page(number=5, read_by="ocr"),
        Page(number=6, read_by="damaged", quality=0.0),
        Page(number=7, read_by="failed", quality=0.0),
    )
    document = Document(
        id="d1", title="Beans", path="b/beans.pdf", sha256="1", text="", words=0, quality=0.5,
        pages=7, sheets=sheets,
    )  # fmt: skip
    save_document(db, document, [], [])
    assert list(db["pages"].rows_where("page < 3")) == [
        {"id": "d1-page1", "document_id": "d1", "page": 1, "words": 90, "unknown": 0.0}
        | {"doubtful": 0.0, "read_by": "text", "quality": 1.0},
        {"id": "d1-page2", "document_id": "d1", "page": 2, "words": 0, "unknown": None}
        | {"doubtful": None, "read_by": "nothing", "quality": 0.0},
    ]
    assert get_unread_pages(db) == {
        "b/beans.pdf": {"nothing": (2,), "damaged": (3, 6), "ocr": (5,), "failed": (7,)}
    }
    assert [row["quality"] for row in stats(db)["by_document"]] == [0.5]
    delete_document(db, "d1")
    assert list(db["pages"].rows) == []


def test_unread_pages_are_named_with_what_to_do():
    unread: UnreadPages = {
        "b/beans.pdf": {"nothing": (2, 3, 4, 9), "damaged": (5,)},
        "c.pdf": {"ocr": (1, 2), "failed": (3,)},
    }
    assert list(unread_pages_lines(unread)) == [
        "b/beans.pdf pages 2–4, 9: images without text; "
        "install Tesseract (apt-get install tesseract-ocr) and build again",
        "b/beans.pdf page 5: damaged; open the file in a viewer and save it anew",
        "c.pdf pages 1–2: no words could be recognised; supply a better scan if there are any",
        "c.pdf page 3: images on which Tesseract failed; build again to have it try anew",
    ]
    assert ranges_text([7]) == "7"
