from __future__ import annotations

from pathlib import Path

from kb.codebook import load_codebook
from kb.models import Claim
from pipelines.evaluate.gold import GoldUnit
from pipelines.evaluate.pairs import CodedStatement
from pipelines.evaluate.scores import evaluate
from pipelines.training.quality import quality_page

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"
CODES = """\
| code | precision | recall | F1 | kappa | alpha | gold | predicted |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Helper | 1.00 (1.00–1.00) | 0.50 (0.00–1.00) | 0.67 (0.00–1.00) | 0.50 (0.00–1.00) | \
0.53 (-0.17–1.00) | 2 | 1 |
| Yield | 0.00 | 0.00 | 0.00 | – | – | 0 | 0 |
"""
ATTRIBUTES = """\
| noted of agreed codes | precision | recall | F1 | accuracy | kappa | alpha | statements |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Standing | 1.00 | 1.00 | 1.00 | 1.00 | – | – | 1 |
"""


def about():
    """Describe a coder that finds the helper of one document, and misses that of the other."""
    gold = [
        GoldUnit(document=name, text=text, codes=frozenset(codes), values=values)
        for name in ("good", "bad")
        for text, codes, values in (
            ("rain helps", ["helper"], {"standing": frozenset({"seen"})}),
            ("the gate is green", [], {}),
        )
    ]
    noted = {"standing": "seen"}
    claim = Claim(id="c", statement_id="s", document_id="d", code="helper", attributes=noted)
    statements = {"good": [CodedStatement(text="rain helps", claims=(claim,))]}
    scores = evaluate(gold, statements, load_codebook(str(GARDENING))).to_dict()
    counts = {"documents": 2, "units": 4, "coded": 2}
    return {
        "scores": {"held out, written": scores},
        "by_cues_alone": {"held out, written": {"f1": 0.25}},
        "by_cues": ["standing"],
        "temperature": 1.5,
        "data": {"written": counts},
        "learnt": counts,
        "held_out": {"written": ["good", "bad"]},
        "plan": {"base": "mini", "epochs": 3, "batch": 4, "rate": 0.1, "seed": 1},
    }


def test_the_page_has_the_figures_and_their_intervals():
    page = quality_page(load_codebook(str(GARDENING)), about())
    assert "It answers 8 questions with yes or no" in page
    assert "figures are found by cues alone; `standing` is told by cues, beside which" in page
    assert "accuracy is the share of right ones; where each result has its own (crop), " in page
    _, measured = page.split("## Held out, written: ")
    assert measured == (
        "4 statements of 2 documents\n\nMicro F1 **0.67 (0.00–1.00)**; macro F1 0.33 (0.00–0.50). "
        f"By cues alone: 0.25.\n\n{CODES}\n{ATTRIBUTES}\n"
        "Results on statements to whose code both agree: 0 in gold, 0 predicted, 0 matched.\n\n"
        "## Weak codes\n\nWhere F1 is below 0.6, read the claims before you count them:\n\n"
        "- none\n"
    )


def test_the_page_tells_what_the_coder_learnt_from():
    garden, alone = load_codebook(str(GARDENING)), about()
    taught = alone | {"teacher": {"name": "maxi", "last": None}}
    listed = alone | {"teacher": {"name": "maxi", "last": {"epochs": 2}}, "last": {"epochs": 2}}
    told = [
        quality_page(garden, each).split("seed 1.")[1].split(" How far two codings")[0]
        for each in (alone, taught, listed)
    ]
    by_maxi = (
        " It learnt from the answers of a larger network too (maxi), which had learnt from coded "
        "statements and is not needed any more."
    )
    assert told == [
        "",
        by_maxi,
        f"{by_maxi} In the end it learnt once more, from people alone, the documents that the "
        "reference coder coded (`reference.json`). That network had ended on these too, and alone "
        "told the codes of all other documents.",
    ]
