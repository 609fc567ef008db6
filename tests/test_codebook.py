from pathlib import Path

import pytest

from kb.codebook import Attribute, Code, Cue, Value, load_codebook, shipped_codebooks
from kb.errors import InvalidCodebook, NoSuchId

CASES = Path(__file__).parent / "cases"
GARDENING = CASES / "extract_codebook.yml"


def write(folder: Path, old: str = "", new: str = "") -> Path:
    text = GARDENING.read_text("utf-8")
    assert old in text
    path = folder / "codebook.yml"
    path.write_text(text.replace(old, new, 1) if old else new, "utf-8")
    return path


def test_load_codebook_reads_codes_and_attributes() -> None:
    codebook = load_codebook(str(GARDENING))
    assert codebook.code("helper") == Code(
        id="helper",
        label="Helper",
        plural="Helpers",
        view="helpers",
        definition="Something helps plants grow.",
        exclusion="Not a yield.",
        question="What helps?",
    )
    assert codebook.attribute("crop") == Attribute(
        name="crop",
        label="Crop",
        definition="What was picked.",
        table="crops",
        codes=("yield",),
        many=False,
        separate=True,
        values=(
            Value(id="fruit", label="Fruit", definition="From trees and bushes."),
            Value(id="root", label="Root", definition="From below."),
        ),
    )
    assert [each.name for each in codebook.attributes_of("yield")] == [
        "crop",
        "named",
        "amount",
        "standing",
    ]


def test_load_codebook_reads_cues_in_order() -> None:
    cues = load_codebook(str(GARDENING)).cues
    assert cues[:2] == (
        Cue(target="helper", value="", kind="phrase", text="help*"),
        Cue(target="helper", value="", kind="phrase", text="good for"),
    )
    assert cues[-3] == Cue(target="amount", value="", kind="pattern", text=r"\d+ kg")


def test_load_codebook_takes_a_folder(tmp_path: Path) -> None:
    path = write(tmp_path, 'version: "1"', 'version: "2"')
    codebook = load_codebook(str(tmp_path))
    assert (codebook.path, codebook.version) == (path, "2")


def test_sha256_is_that_of_the_file(tmp_path: Path) -> None:
    one = load_codebook(str(write(tmp_path, "Rain or a can.", "Rain or a hose."))).sha256
    assert one != load_codebook(str(GARDENING)).sha256
    assert len(one) == 64


def test_the_shipped_codebook_has_its_fixed_names() -> None:
    codebook = load_codebook()
    assert [(code.id, code.view) for code in codebook.codes] == [
        ("facilitator", "facilitators"),
        ("barrier", "barriers"),
        ("integration_type", "integration_types"),
        ("outcome", "outcomes"),
    ]
    assert {each.name: (each.table, len(each.values)) for each in codebook.attributes} == {
        "themes": ("themes", 12),
        "types": ("types", 9),
        "mechanisms": ("mechanisms", 12),
        "measure": (None, 0),
        "domain": ("domains", 8),
        "direction": ("directions", 5),
        "valence": ("valences", 4),
        "magnitude": (None, 0),
        "standing": ("standings", 3),
        "attribution": ("attributions", 2),
    }
    assert len(codebook.decisions) == 10


def test_each_shipped_code_has_cues() -> None:
    codebook = load_codebook()
    assert {code.id for code in codebook.codes} <= {cue.target for cue in codebook.cues}


def test_an_unknown_name_is_told_what_there_is() -> None:
    shipped = ", ".join(shipped_codebooks())
    with pytest.raises(InvalidCodebook) as caught:
        load_codebook("astrology")
    assert str(caught.value) == (
        f"there is no codebook 'astrology': name a shipped one ({shipped}) "
        "or a folder that holds codebook.yml"
    )


def test_code_and_attribute_name_what_there_is() -> None:
    codebook = load_codebook(str(GARDENING))
    with pytest.raises(NoSuchId, match="the codebook has no code 'pest'; it has helper, yield"):
        codebook.code("pest")
    with pytest.raises(NoSuchId, match="has no attribute 'pest'; it has means, crop"):
        codebook.attribute("pest")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title:", "titel:", "line 3: titel: unknown; say one of attributes, codes,"),
        ("    label: Yield\n", "", "line 15: codes.yield.label: a text is needed"),
        ('version: "1"', "version: 1", "line 4: version: a text is needed (in quotes"),
        ("  helper:", "  Helper:", "codes.Helper: 'Helper' is no id: small letters, digits"),
        ("  yield:", "  helper:", "line 15: codes.helper: stands here twice; keep one"),
        ("codes: [helper]", "codes: [pest]", "means.codes.0: 'pest' is unknown; say one of helper"),
        ("many: true", "many: often", "means.many: 'often' is unknown; say one of False, True"),
        ("    table: crops\n", "", "attributes.crop.table: None is no id"),
        ("default: seen", "default: felt", "default: 'felt' is unknown; say one of hoped, seen"),
        ("quotes: crop", "quotes: named", "quotes: a free text may quote the cues of crop,"),
        ("phrases: [sun*]", "words: [sun*]", "cues.means.light.words: unknown; say one of patt"),
        ("phrases: [gave, will give]", "phrases: gave", "cues.yield.phrases: a list of texts is"),
        (r"'\d+ kg'", r"'(\d+ kg'", "cues.amount.patterns.0: '(\\\\d+ kg' is not a regular expr"),
        ("    water: {phrases", "    wine: {phrases", "cues.means.wine: unknown; say one of light"),
        ("codes:", "codes: [", "not YAML: while parsing"),
        ("", "- one\n", "line 1: the whole file: a mapping of names is needed here"),
        ("", "", "line 1: the whole file: a mapping of names is needed here"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write(tmp_path, old, new)
    with pytest.raises(InvalidCodebook) as caught:
        load_codebook(str(path))
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
