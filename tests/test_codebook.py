from pathlib import Path

import pytest

from kb.codebook import Attribute, Code, Value, load_codebook, shipped_codebooks
from kb.cues import Cue
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
        "level": ("levels", 3),
        "measure": (None, 0),
        "indicator": ("indicators", 58),
        "domain": ("domains", 8),
        "direction": ("directions", 5),
        "valence": ("valences", 4),
        "magnitude": (None, 0),
        "standing": ("standings", 3),
        "attribution": ("attributions", 2),
    }
    assert len(codebook.decisions) == 10


def test_each_shipped_value_that_words_tell_has_cues() -> None:
    codebook = load_codebook()
    cued = {(cue.target, cue.value) for cue in codebook.cues}
    told = [each for each in codebook.attributes if each.values and not each.asked]
    assert [each.name for each in told] == ["level", "indicator"]
    assert {(each.name, value.id) for each in told for value in each.values} <= cued


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


WORDS = """\
  kind_of_crop:
    label: Kind of crop
    definition: What the crop's name tells.
    codes: [yield]
    table: kinds_of_crop
    reads: named
    under: crop
    values:
      pome: {label: Pome, definition: Apples and pears., crop: fruit}
  where:
    label: Where
    definition: In which bed.
    codes: [yield]
    table: beds
    by: cues
    values:
      south: {label: South, definition: Below the house.}
  weight:
    label: Weight
    definition: How heavy.
    codes: [yield]
    figure: true
cues:
"""


def test_load_codebook_reads_what_words_tell(tmp_path: Path) -> None:
    codebook = load_codebook(str(write(tmp_path, "cues:\n", WORDS)))
    assert codebook.attributes[-3:] == (
        Attribute(
            name="kind_of_crop",
            label="Kind of crop",
            definition="What the crop's name tells.",
            table="kinds_of_crop",
            codes=("yield",),
            many=False,
            values=(Value(id="pome", label="Pome", definition="Apples and pears.", under="fruit"),),
            reads="named",
            under="crop",
        ),
        Attribute(
            name="where",
            label="Where",
            definition="In which bed.",
            table="beds",
            codes=("yield",),
            many=False,
            values=(Value(id="south", label="South", definition="Below the house."),),
            by="cues",
        ),
        Attribute(
            name="weight",
            label="Weight",
            definition="How heavy.",
            table=None,
            codes=("yield",),
            many=False,
            values=(),
            figure=True,
        ),
    )
    assert [each.asked for each in codebook.attributes[-3:]] == [False, False, False]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reads: named", "reads: crop", "line 64: attributes.kind_of_crop.reads: listed values"),
        ("reads: named", "reads: [named]", "be read from the words of amount, named, weight"),
        ("by: cues", "by: dice", "line 73: attributes.where.by: 'dice' is unknown; say one of cu"),
        ("figure: true", "figure: yes please", "'yes please' is unknown; say one of False, True"),
        ("    by: cues", "    figure: true", "attributes.where.figure: only a free text holds"),
        ("    figure: true", "    by: cues", "attributes.weight.by: only listed values are told"),
        ("    figure: true", "    reads: named", "attributes.weight.reads: listed values may be"),
        ("    figure: true", "    under: crop", "attributes.weight.under: only listed values"),
        ("by: cues", "by: cues\n    reads: named", "where.by: not with a value that is read, or"),
        ("by: cues", "by: cues\n    many: true", "where.many: not with a value that is read, or"),
        ("under: crop", "under: weight", "line 65: attributes.kind_of_crop.under: 'weight' is"),
        ("under: crop", "under: kind_of_crop", "is unknown; say one of crop, standing"),
        ("under: crop", "under: means", "under: 'means' is unknown; say one of crop, standing"),
        ("under: crop", "under: where", "under: 'where' is unknown; say one of crop, standing"),
        ("figure: true", "quotes: crop", "attributes.weight.quotes: another attribute"),
        ("crop: fruit}", "crop: pear}", "line 67: attributes.kind_of_crop.values.pome.crop: 'pe"),
        (", crop: fruit}", "}", "attributes.kind_of_crop.values.pome.crop: a text is needed"),
    ],
)
def test_a_slip_in_what_words_tell_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in WORDS
    path = write(tmp_path, "cues:\n", WORDS.replace(old, new, 1))
    with pytest.raises(InvalidCodebook) as caught:
        load_codebook(str(path))
    assert message in str(caught.value)


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
        *(
            (f"  {old}:", f"  {new}:", f"attributes.{new}: a claim has something else of this name")
            for old, new in [("amount", "authors"), ("amount", "cites"), ("crop", "year")]
        ),
        ("default: seen", "default: felt", "default: 'felt' is unknown; say one of hoped, seen"),
        ("quotes: crop", "quotes: named", "quotes: a free text may quote the cues of crop,"),
        ("default: seen", "follows: crop", "standing.follows: only listed values with a default"),
        ("default: seen", "default: seen\n    follows: sun", "follows: only listed values with a"),
        ("phrases: [sun*]", "words: [sun*]", "cues.means.light.words: unknown; say one of patt"),
        ("phrases: [sun*]", "overrules: [sun]", "light.overrules: unknown; say one of patterns, p"),
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
