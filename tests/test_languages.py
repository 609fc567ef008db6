from __future__ import annotations

import pytest

from kb.models import Block, Document, Passage, Statement
from kb.store import get_codable, get_statements, save_document
from pipelines.parse.facts import language_of
from pipelines.parse.languages import languages_of

ENGLISH = (
    "The teams of the two towns met every week, and the nurses said that this was of great help "
    "to the people who were at home and to those who had to be in a hospital for some weeks."
)
WELSH = (
    "Mae'r timau yn y ddwy dref wedi bod yn cyfarfod bob wythnos, ac roedd y nyrsys o'r farn bod "
    "hyn yn help mawr i bobl sydd gartref ac i bawb oedd yn yr ysbyty am rai wythnosau gyda'u tad."
)
FRENCH = (
    "Les équipes des deux villes se sont réunies toutes les semaines, et les infirmières ont dit "
    "que c'est une grande aide pour les personnes qui sont à la maison et dans les hôpitaux."
)
SPANISH = (
    "Los equipos de las dos ciudades se reunieron cada semana, y las enfermeras dijeron que fue de "
    "gran ayuda para las personas que estaban en la casa y para los que estaban con una familia."
)
SAMPLES = {
    "en": ENGLISH,
    "cy": WELSH,
    "fr": FRENCH,
    "es": SPANISH,
    "de": "Die Teams der beiden Städte haben sich jede Woche getroffen, und das ist für die Pflege "
    "eine große Hilfe, die von den Familien nicht mit einem Wort in Zweifel gezogen wurde.",
    "it": "I gruppi delle due città si sono riuniti ogni settimana, e le infermiere dicono che la "
    "riunione è stata di grande aiuto per le persone che sono a casa o nel reparto del medico.",
    "pt": "As equipas das duas cidades reuniram-se cada semana, e os enfermeiros dizem que não "
    "foi em vão para as pessoas que estavam em casa e para uma parte dos que vivem no hospital.",
    "nl": "De teams van de twee steden zijn elke week bij elkaar gekomen, en dat is voor het werk "
    "van de verpleging niet zonder nut geweest, aan wie er een vraag op een formulier te zien was.",
    "pl": "Zespoły z dwóch miast spotykały się co tydzień, a pielęgniarki mówiły, że to jest duża "
    "pomoc dla osób, które są w domu oraz dla tych, które nie były w szpitalu od wielu tygodni.",
    "da": "Holdene fra de to byer mødtes hver uge, og sygeplejerskerne sagde, at det var en stor "
    "hjælp for dem, der ikke blev indlagt efter en operation og som har brug for at være hjemme.",
    "nb": "Lagene fra de to byene møttes hver uke, og sykepleierne sa at det er en stor hjelp for "
    "dem som ikke ble lagt inn etter en operasjon og som har behov for å være hjemme av og til.",
    "sv": "Lagen från de två städerna möttes varje vecka, och sköterskorna sade att det är till "
    "stor hjälp för den som inte har varit på sjukhus efter en operation och som bor av sig själv.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_languages_are_told_apart(language):
    assert language_of([SAMPLES[language]]) == language


def blocks_of(*pairs: tuple[str, str]) -> list[Block]:
    return [Block(kind=kind, text=text) for kind, text in pairs]


def test_a_summary_in_another_language_is_marked_with_its_heading():
    blocks = blocks_of(
        ("heading", "Introduction"),
        ("paragraph", ENGLISH),
        ("heading", "Crynodeb gweithredol"),
        ("paragraph", WELSH),
        ("list_item", "Gofal gartref"),
        ("paragraph", WELSH),
        ("heading", "What was done"),
        ("paragraph", ENGLISH),
    )
    assert languages_of(blocks, "en") == [None, None, "cy", "cy", "cy", "cy", None, None]


def test_parallel_text_is_parted_block_by_block():
    blocks = blocks_of(*[("paragraph", text) for text in (ENGLISH, FRENCH, ENGLISH, SPANISH)])
    assert languages_of(blocks, "en") == [None, "fr", None, "es"]


def test_names_titles_and_references_flip_nothing():
    blocks = blocks_of(
        ("paragraph", ENGLISH),
        ("paragraph", "Agence nationale de la santé et des solidarités"),
        ("list_item", "Médecins sans frontières"),
        ("paragraph", ENGLISH),
        ("reference", FRENCH),
        ("reference", FRENCH),
    )
    assert languages_of(blocks, "en") == [None] * 6


def test_people_who_speak_of_themselves_speak_no_other_language():
    quotation = "“I don’t miss it, I’m better now I’m at home, I think I’m sleeping, I really am”"
    blocks = blocks_of(("paragraph", ENGLISH), *[("paragraph", quotation)] * 4)
    assert languages_of(blocks, "en") == [None] * 5


def test_nothing_is_said_of_a_document_of_no_language():
    assert languages_of(blocks_of(("paragraph", FRENCH)), None) == [None]


def test_captions_notes_and_other_languages_are_searched_but_not_coded(db):
    kinds = [
        ("paragraph", None),
        ("caption", None),
        ("footnote", None),
        ("list_item", None),
        ("paragraph", "cy"),
        ("table_row", None),
    ]
    text = "".join("abcdef")
    passages = [
        Passage(
            id=f"p{n}",
            document_id="d",
            ordinal=n,
            kind=kind,
            text=text[n],
            char_start=n,
            char_end=n + 1,
            language=language,
        )
        for n, (kind, language) in enumerate(kinds)
    ]
    statements = [
        Statement(
            id=f"s{n}",
            document_id="d",
            passage_id=f"p{n}",
            ordinal=n,
            text=text[n],
            char_start=n,
            char_end=n + 1,
        )
        for n in range(6)
    ]
    document = Document(id="d", title="Beans", path="b", sha256="1", text=text, words=1)
    save_document(db, document, passages, statements)
    assert "".join(s.text for s in get_statements(db, "d")) == "abcdef"
    assert "".join(s.text for s in get_codable(db, "d")) == "adf"


def test_a_language_of_unknown_words_is_left_alone():
    assert languages_of(blocks_of(("paragraph", FRENCH)), "zh") == [None]
