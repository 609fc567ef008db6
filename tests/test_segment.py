import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from kb.errors import Unsound
from kb.models import Document, Kind, Line, Passage, Statement
from pipelines.segment import load_splitter, segment
from pipelines.sentences import RULES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "segment.yml").read_text("utf-8"))
OPENINGS = yaml.safe_load((Path(__file__).parent / "cases" / "run_in.yml").read_text("utf-8"))
SPLIT = load_splitter()
WORDS = """
The nurse met Dr. Smith e.g. U.S. St. p. No. et al. care.1 care.[12] 2.5% £1.2m 2010
eHealth Ōtuhiwai ( ) [ ] “ ” ' " . .. … ? ! : ; • – * ¹ 3 12 2.3 (1) Results. I A. 🙂 \u200b
"""
PIECES = WORDS.split()
SPACES = ["", " ", " ", "\n", "\u00a0", "\u2028"]


def make_document(*texts: str, kind: Kind = "paragraph") -> tuple[Document, list[Passage]]:
    document = Document(
        id="d", title="T", path="t.txt", sha256="", text="\n\n".join(texts), words=0
    )
    passages: list[Passage] = []
    start = 0
    for ordinal, text in enumerate(texts, 1):
        passages.append(
            Passage(
                id=f"p{ordinal}",
                document_id="d",
                ordinal=ordinal,
                kind=kind,
                text=text,
                char_start=start,
                char_end=start + len(text),
            )
        )
        start += len(text) + 2
    return document, passages


def texts_of(document: Document, passages: list[Passage]) -> list[str]:
    return [statement.text for statement in segment(document, passages, split=SPLIT)]


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_splitter_finds_the_sentences(case: dict[str, str]) -> None:
    text = case["text"]
    assert [text[start:end] for start, end in SPLIT(text)] == case["sentences"].splitlines()


def test_segment_gives_whole_statements() -> None:
    document, passages = make_document("Intro.", "Care is shared. Nurses lead.")
    passages[1] = replace(passages[1], heading="Findings", lead_in="We found:")
    first = Statement(
        id="cd2eef48c605",
        document_id="d",
        passage_id="p1",
        ordinal=1,
        text="Intro.",
        char_start=0,
        char_end=6,
    )
    second = Statement(
        id="2c257b1188da",
        document_id="d",
        passage_id="p2",
        ordinal=2,
        text="Care is shared.",
        char_start=8,
        char_end=23,
        lead_in="We found:",
        heading="Findings",
    )
    third = replace(
        second, id="6093f009a102", ordinal=3, text="Nurses lead.", char_start=24, char_end=36
    )
    assert segment(document, passages, split=SPLIT) == (first, second, third)


@pytest.mark.parametrize("kind", ["paragraph", "box", "caption", "footnote"])
def test_running_text_is_cut_into_sentences(kind: Kind) -> None:
    document, passages = make_document("Care is shared. Nurses lead.", kind=kind)
    assert texts_of(document, passages) == ["Care is shared.", "Nurses lead."]


@pytest.mark.parametrize("text", OPENINGS["labels"])
def test_label_is_one_statement_with_the_sentence_it_opens(text: str) -> None:
    document, passages = make_document(f"{text} Nurses lead it. All agree.")
    assert texts_of(document, passages) == [f"{text} Nurses lead it.", "All agree."]


@pytest.mark.parametrize("text", OPENINGS["sentences"])
def test_short_sentence_is_no_label(text: str) -> None:
    document, passages = make_document(f"{text} Nurses lead it. All agree.")
    assert texts_of(document, passages) == [text, "Nurses lead it.", "All agree."]


def test_label_is_alone_where_nothing_follows_and_in_mid_paragraph() -> None:
    document, passages = make_document("Money.", "Nurses led. Money. It ran out.")
    assert texts_of(document, passages) == ["Money.", "Nurses led.", "Money.", "It ran out."]


def test_label_is_not_joined_over_a_bullet_or_a_second_label() -> None:
    document, passages = make_document("Barriers. • Staff left. They were tired.")
    assert texts_of(document, passages) == ["Barriers.", "Staff left.", "They were tired."]
    document, passages = make_document("Harms. Money. It ran out.")
    assert texts_of(document, passages) == ["Harms. Money.", "It ran out."]


def test_label_in_a_cell_of_a_table_stays_alone() -> None:
    document, passages = make_document(
        f"Site A | Mixed. It {'very ' * 60}slowly grew.", kind="table_row"
    )
    assert texts_of(document, passages) == [
        "Site A",
        "Mixed.",
        f"It {'very ' * 60}slowly grew.",
    ]


@pytest.mark.parametrize("kind", ["heading", "reference"])
def test_headings_and_references_give_no_statement(kind: Kind) -> None:
    document, passages = make_document("Care is shared. Nurses lead.", kind=kind)
    assert segment(document, passages, split=SPLIT) == ()


def test_short_list_item_stays_whole() -> None:
    document, passages = make_document("Shared care. Nurses lead.", kind="list_item")
    assert texts_of(document, passages) == ["Shared care. Nurses lead."]


def test_long_list_item_is_cut_and_keeps_its_lead_in() -> None:
    first, second = "It " + "very " * 40 + "slowly grew.", "It " + "very " * 40 + "slowly shrank."
    document, passages = make_document(f"{first} {second}", kind="list_item")
    passages[0] = replace(passages[0], lead_in="Sites said:")
    statements = segment(document, passages, split=SPLIT)
    assert [(s.text, s.lead_in) for s in statements] == [
        (first, "Sites said:"),
        (second, "Sites said:"),
    ]


def test_long_list_item_of_one_sentence_stays_whole() -> None:
    item = "It " + "very " * 80 + "slowly grew."
    document, passages = make_document(item, kind="list_item")
    assert texts_of(document, passages) == [item]


def test_table_row_stays_whole_even_without_words() -> None:
    document, passages = make_document("Site A. Open. | 3", "2019 | 45%", kind="table_row")
    assert texts_of(document, passages) == ["Site A. Open. | 3", "2019 | 45%"]


def test_long_table_row_is_cut_within_its_cells_and_keeps_its_heads() -> None:
    first, second = "It " + "very " * 40 + "slowly grew.", "It " + "very " * 40 + "slowly shrank."
    document, passages = make_document(f"Site A | 12 | {first} {second} | Yes", kind="table_row")
    passages[0] = replace(passages[0], lead_in="Site | Beds | Findings | Open")
    statements = segment(document, passages, split=SPLIT)
    assert [(s.text, s.char_start, s.lead_in) for s in statements] == [
        (text, document.text.find(text), "Site | Beds | Findings | Open")
        for text in ("Site A", first, second, "Yes")
    ]


@pytest.mark.parametrize(
    "row", ["Site A | It " + "very " * 80 + "slowly grew.", "5 | 6 | " * 40 + "7"]
)
def test_long_table_row_without_sentences_in_a_cell_stays_whole(row: str) -> None:
    document, passages = make_document(row, kind="table_row")
    assert texts_of(document, passages) == [row]


def laid_out(*blocks: tuple[Kind, str, str, str]) -> tuple[Document, list[Passage]]:
    """A document of blocks, each its kind, text, heading and lead-in."""
    document, passages = make_document(*(text for _, text, _, _ in blocks))
    return document, [
        replace(passage, kind=kind, heading=heading, lead_in=lead_in)
        for passage, (kind, _, heading, lead_in) in zip(passages, blocks, strict=True)
    ]


def test_heads_of_columns_are_no_statements() -> None:
    heads, tall = "Measure | Torbay | Source", "Rise in days | Areas [3]"
    document, passages = laid_out(
        ("table_row", heads, "", ""),
        ("table_row", "Bed days | 12 | [4]", "", heads),
        ("table_row", "Visits | 3 | [4]", "", heads),
        ("paragraph", "Care is shared.", "", ""),
        ("table_row", "Rise in | Areas", "", ""),
        ("table_row", "days | [3]", "", ""),
        ("table_row", "5 | two", "", tall),
        ("table_row", "Nurses | Doctors", "", ""),
        ("table_row", "5 | 6", "", "Nurses | GPs"),
    )
    assert texts_of(document, passages) == [
        "Bed days | 12 | [4]",
        "Visits | 3 | [4]",
        "Care is shared.",
        "5 | two",
        "Nurses | Doctors",
        "5 | 6",
    ]


def test_lists_of_short_forms_are_no_statements() -> None:
    short = "2. Abbreviations:"
    document, passages = laid_out(
        ("list_item", "IC", short, ""),
        ("list_item", "Integrated care", short, "IC"),
        ("table_row", "EPAS | A questionnaire on power", short, ""),
        ("paragraph", "GP: General practitioner; OT: Occupational therapist.", short, ""),
        ("paragraph", "ED: emergency department", short, ""),
        ("footnote", "Abbreviations: CI, confidence interval; OR, odds ratio.", "Costs", ""),
        ("table_row", "IC | Integrated care", "Costs", ""),
        ("table_row", "GP | General practitioner", "Costs", ""),
        ("table_row", "PbR | Payment by results", "Costs", ""),
    )
    assert texts_of(document, passages) == []


def test_what_says_something_beside_short_forms_is_a_statement() -> None:
    long = "The trust " + "very " * 30 + "slowly grew."
    blocks: list[tuple[Kind, str, str, str]] = [
        ("list_item", long, "Abbreviations", ""),
        ("paragraph", "Note: nurses lead.", "Abbreviations", ""),
        ("paragraph", "Acronyms: the report avoids them. Admissions fell by 12%.", "Costs", ""),
        ("list_item", "The short forms below stand for services of this area.", "Acronyms", ""),
        ("table_row", "IC | Integrated care", "Costs", ""),
        ("table_row", "GP | General practitioner", "Costs", ""),
        ("table_row", "IC | 0.07 | 12", "Costs", ""),
        ("list_item", "NHS: it grew", "Costs", ""),
    ]
    document, passages = laid_out(*blocks)
    said = " ".join(texts_of(document, passages))
    assert said == " ".join(text for _, text, _, _ in blocks)


def test_passage_without_words_gives_no_statement() -> None:
    document, passages = make_document("14", "* * *", "", "Care is shared.")
    assert texts_of(document, passages) == ["Care is shared."]


def test_statement_knows_its_page_and_lines() -> None:
    document, passages = make_document("Care is shared. Nurses lead it. All agree.")
    box = (1.0, 2.0, 3.0, 4.0)
    lines = (Line(char_start=0, page=3), Line(char_start=8, page=4, box=box))
    passages[0] = replace(passages[0], lines=(*lines, Line(char_start=23, page=5)))
    statements = segment(document, passages, split=SPLIT)
    assert [(s.text, s.page, s.lines) for s in statements] == [
        ("Care is shared.", 3, lines),
        ("Nurses lead it.", 4, (Line(char_start=0, page=4, box=box), Line(char_start=7, page=5))),
        ("All agree.", 5, (Line(char_start=0, page=5),)),
    ]


def test_same_words_twice_have_two_ids_that_outlive_new_offsets() -> None:
    before = segment(*make_document("We agree. We agree. Nurses lead."), split=SPLIT)
    after = segment(*make_document("New.", "We agree.", "We agree.", "Nurses lead."), split=SPLIT)
    assert len({statement.id for statement in before}) == 3
    assert [s.id for s in after[1:]] == [s.id for s in before]


def test_other_document_has_other_ids() -> None:
    document, passages = make_document("We agree.")
    other = [replace(passages[0], document_id="e")]
    (one,) = segment(document, passages, split=SPLIT)
    (two,) = segment(replace(document, id="e"), other, split=SPLIT)
    assert one.id != two.id


def test_passage_that_is_elsewhere_is_refused() -> None:
    document, passages = make_document("We agree.")
    moved = [replace(passages[0], text="We differ.")]
    with pytest.raises(Unsound, match=r"t\.txt: passage 1 is not where it says it is"):
        segment(document, moved, split=SPLIT)


def test_any_text_is_quoted_verbatim_in_order_and_without_loss() -> None:
    rng = random.Random(20)
    for _ in range(2000):
        texts = [
            "".join(rng.choice(PIECES) + rng.choice(SPACES) for _ in range(rng.randint(0, 30)))
            for _ in range(rng.randint(1, 3))
        ]
        document, passages = make_document(*texts)
        statements = segment(document, passages, split=SPLIT)
        assert statements == segment(document, passages, split=SPLIT)
        assert [s.ordinal for s in statements] == list(range(1, len(statements) + 1))
        assert all(document.text[s.char_start : s.char_end] == s.text for s in statements)
        assert all(s.text == s.text.strip() != "" for s in statements)
        ends = [0, *(s.char_end for s in statements)]
        assert all(end <= s.char_start for end, s in zip(ends, statements, strict=False))


def test_splitter_loses_no_letter() -> None:
    rng = random.Random(21)
    for _ in range(2000):
        text = " ".join(rng.choices(PIECES, k=rng.randint(0, 30)))
        kept = "".join(text[start:end] for start, end in SPLIT(text))
        assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_no_word_of_the_rules_is_read_as_yes_or_no() -> None:
    rules = yaml.safe_load(RULES.read_text("utf-8"))
    words = [word for name, entries in rules.items() if name != "bullets" for word in entries]
    assert [word for word in words if not isinstance(word, str)] == []
