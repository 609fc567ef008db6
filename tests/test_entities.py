from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from kb.codebook import Codebook, load_codebook
from kb.errors import EncoderMissing, InvalidCodebook
from kb.models import Mention
from kb.vocabulary import FILE_NAME, Kind, Term, Vocabulary, load_vocabulary
from pipelines import entities
from pipelines.entities import Finder, finder_fingerprint, load_finder
from pipelines.entities.names import Found

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "entities.yml").read_text("utf-8"))
SMALL = """
kinds:
  bed: {label: Bed, plural: Beds, definition: Where things grow., labels: [LOC], heads: [Patch]}
  grower: {label: Grower, plural: Growers, definition: Who grows them.}
terms:
  grower:
    old hands: ["{who} of long standing", Old-Timers]
    Sue: []
shorthands: {who: [growers, men]}
never: [PC]
common: [Cabbage]
openers: [The, In]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A codebook of gardening, with room for a vocabulary beside it."""
    gardening = Path(__file__).parent / "cases" / "extract_codebook.yml"
    (tmp_path / "codebook.yml").write_bytes(gardening.read_bytes())
    return tmp_path


def load(folder: Path, text: str) -> Vocabulary | None:
    (folder / FILE_NAME).write_text(text, "utf-8")
    return load_vocabulary(load_codebook(str(folder)))


@pytest.fixture
def small(folder: Path) -> Vocabulary:
    vocabulary = load(folder, SMALL)
    assert vocabulary
    return vocabulary


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    vocabulary = load_vocabulary(load_codebook())
    assert vocabulary
    return vocabulary


@pytest.fixture(scope="module")
def finder(shipped: Vocabulary) -> Finder:
    return load_finder(shipped)


def capitals(texts: Sequence[str]) -> list[list[Found]]:
    """Recognise whatever stands between asterisks as a bed."""
    return [
        [Found(at + 1, text.index("*", at + 1), "bed") for at in [text.find("*")] if at >= 0]
        for text in texts
    ]


def beds(vocabulary: Vocabulary, *texts: str) -> list[list[str]]:
    found = Finder(vocabulary, recognise=capitals).find(texts)
    return [[mention.name for mention in mentions] for mentions in found]


def test_load_vocabulary_reads_kinds_terms_and_words(small):
    assert small.kinds == (
        Kind(
            id="bed",
            label="Bed",
            plural="Beds",
            definition="Where things grow.",
            labels=("LOC",),
            heads=("Patch",),
        ),
        Kind(id="grower", label="Grower", plural="Growers", definition="Who grows them."),
    )
    assert small.terms == (
        Term(
            kind="grower",
            name="old hands",
            forms=("old hands", "growers of long standing", "men of long standing", "Old-Timers"),
        ),
        Term(kind="grower", name="Sue", forms=("Sue",)),
    )
    assert (small.never, small.common, small.openers) == (("PC",), {"cabbage"}, {"the", "in"})


def test_a_codebook_without_the_file_has_no_vocabulary(codebook: Codebook):
    assert load_vocabulary(codebook) is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Sue: []", "Old timers: []", "line 8: terms.grower.Old timers: 'Old timers' already "),
        ("Sue: []", "No: []", "line 6: terms.grower: False is no text: put it in quotes"),
        ("Sue: []", "Sue: Susan", "line 8: terms.grower.Sue: a list of texts is needed here"),
        ("Sue: []", "'?': []", "line 8: terms.grower.?: '?' has no word in it"),
        ("{who}", "{whom}", "line 7: terms.grower.old hands: 'whom' is unknown; say one of who"),
        ("  grower:\n    old", "  shed:\n    old", "line 6: terms.shed: unknown; say one of bed,"),
        ("label: Bed, ", "", "line 3: kinds.bed.label: a text is needed"),
        ("heads", "head", "line 3: kinds.bed.head: unknown; say one of definition, heads,"),
        (
            "them.}",
            "them., heads: [Patch]}",
            "kinds.grower.heads.0: 'Patch' already stands for bed",
        ),
        ("never: [PC]", "never: [no]", "line 10: never: a list of texts is needed here"),
        ("common:", "commons:", "line 11: commons: unknown; say one of common, kinds,"),
    ],
)
def test_load_vocabulary_names_the_place_of_a_mistake(folder, old, new, complaint):
    assert old in SMALL
    with pytest.raises(InvalidCodebook) as error:
        load(folder, SMALL.replace(old, new, 1))
    assert complaint in str(error.value)
    assert str(folder / FILE_NAME) in str(error.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_find_gives_what_a_text_names(finder, case):
    expected = []
    for name in case["names"]:
        kind, _, rest = name.partition(": ")
        preferred, _, printed = rest.partition(" < ")
        expected.append(Mention(kind=kind, name=preferred, text=printed or preferred))
    assert finder.find([case["text"]]) == [tuple(expected)]


def test_find_takes_acronyms_from_the_whole_document(finder):
    text = "The BRC closed two wards."
    document = f"Beds were short. {text} The Brookfield Rehabilitation Centre [BRC] reopened one."
    expected = Mention(kind="organisation", name="Brookfield Rehabilitation Centre", text="BRC")
    assert finder.find([text], document=document) == [(expected,)]
    assert finder.find([text]) == [()]


def test_find_gives_the_same_however_texts_are_batched(finder, monkeypatch):
    texts = [case["text"] for case in CASES]
    together = finder.recognise(texts)
    monkeypatch.setattr(entities, "BATCH", 3)
    assert finder.recognise(texts) == together
    assert [finder.recognise([text])[0] for text in texts] == together


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Beans grew in *Long Border*.", ["Long Border"]),
        ("Beans grew in *the Long Border’s* shade.", ["Long Border"]),
        ("Beans grew in *Border (north)*.", ["Border"]),
        ("Beans grew in *Border12*.", ["Border"]),
        ("Beans like *sun*.", []),
        ("Beans like *NPK*.", []),
        ("Beans like *12*.", []),
        ("Beans like *PC*.", []),
        ("Beans like *Cabbage*.", []),
        ("Beans like *B and C*.", []),
        ("Beans like *A Very Long Border Of Nine Or More Words*.", []),
        ("Beans were praised (*Border*, 2010).", ["Border"]),
        ("Beans were praised by Smith.", []),
        ("Beans grew by *Sue*.", ["Sue"]),
        ("*Border* is a word, and a border is none.", []),
    ],
)
def test_recognised_names_are_cleaned_or_dropped(small, text, names):
    assert beds(small, text) == [names]


@pytest.mark.parametrize("rest", [" et al. in May.", " and Green, 2010).", " 2010a]."])
def test_recognised_authors_are_no_places(small, rest):
    finder = Finder(small, recognise=lambda texts: [[Found(14, 20, "bed")] for _ in texts])
    expected = Mention(kind="bed", name="Border", text="Border")
    assert finder.find([f"Beans said by Border{rest}", "Beans grew in Border."]) == [
        (),
        (expected,),
    ]


def test_fingerprint_follows_vocabulary_and_needs_no_model(folder, small, finder, shipped):
    other = load(folder, SMALL + "# changed\n")
    assert other
    assert finder_fingerprint(other) != finder_fingerprint(small)
    assert finder.fingerprint == finder_fingerprint(shipped)


def test_a_missing_model_is_named(small, monkeypatch):
    monkeypatch.setattr(entities, "MODELS", ("no_such_model",))
    with pytest.raises(EncoderMissing, match="no_such_model, which is not here"):
        load_finder(small)
    assert len(finder_fingerprint(small)) == 64
