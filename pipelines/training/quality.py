"""Writes docs/quality.md from what training measured: `python -m pipelines.training.quality`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kb.codebook import Codebook, load_codebook
from pipelines.evaluate.gold import noted_of_results
from pipelines.evaluate.resample import RESAMPLES
from pipelines.evaluate.text import coded_attributes, figure_text, span_text
from pipelines.extract.model import DESCRIPTION
from pipelines.extract.reading import labels

WEAK = 0.6
FEW = 30

INTRODUCTION = """\
# Measured quality of the coder

This page is made from the description that lies beside the coder, by `python -m pipelines.training.quality > docs/quality.md`; `kb train` measures anew, and `kb evaluate GOLD.jsonl` measures a built knowledge base against your own coded statements.

## What it is

A network of 22 million weights ({base}) reads a document a window of statements at a time, with their headings and with statements before and after. It answers {labels} questions with yes or no for each statement: one for each code, and one for each value that may be noted of it; and it marks the words that name a result, each of which makes a claim of its own. What is noted of a code was learnt only from statements that carry it. Where several values may hold, such as themes, the cues in the codebook have a say beside the network; figures are found by cues alone{by_cues}. It runs as an int8 graph, one window at a time, so that an answer depends on what stands in its window alone; the same document gives the same claims in every build.

A claim's `confidence` is a probability, with a temperature of {temperature} fitted on documents that the coder did not learn from.

## What it learnt from

| | documents | statements and other units | coded |
|---|---|---|---|
{data}

The split is by document, never by sentence: {held_out} documents were held out. On them the thresholds, the temperature and the weight of the cues were set, and the words for measures were gathered from all documents, so that figures for held-out documents are a little too kind. Development gold was never learnt from, but choices were made with an eye on it; expect unseen documents to do no better.

{epochs} epochs, batches of {batch}, learning rate {rate}, seed {seed}.{taught}{last} How far two codings of the same statements agree stands, where it was measured, in the README beside them.

## How it is measured

Precision is the share of what is predicted that people gave too, recall the share of what people gave that is predicted, F1 their harmonic mean. Kappa (Cohen) and alpha (Krippendorff) set agreement against that to be expected by chance: 1 is perfect, 0 is chance. Those of a code count each statement as with or without it.

What is noted is compared on statements to whose code both agree. Precision, recall and F1 compare all values of a statement with each other. Where one value holds, accuracy is the share of right ones{by_result}. Kappa and alpha of listed values, such as themes, weigh how far two lists are apart by MASI (Passonneau 2006).

In brackets is the range in which 95 % of {resamples} draws of as many documents lie: it tells how much a figure depends on which documents these happen to be. On the written documents held out, a test holds F1: `python -m pipelines.training.floor` sets it anew after training, in the file `floor.json` beside the coder.
"""  # noqa: E501

TAUGHT = (
    " It learnt from the answers of a larger network too ({name}), which had learnt from coded "
    "statements and is not needed any more."
)
LAST_STEP = (
    " In the end it learnt once more, from people alone, the documents that the reference coder "
    "coded (`reference.json`)."
)
LEFT_TO_TEACHER = (
    " That network had ended on these too, and alone told the codes of all other documents."
)
BY_CUES = (
    "; {names} is told by cues, beside which the network has a say where it marks words of a result"
)
MATCHED = (
    "; where each result has its own ({names}), a result is first matched to the one that fits it "
    "best, and those left over count in the sets only"
)
CODE_FIGURES = ("precision", "recall", "f1", "kappa", "alpha")
CODE_HEADS = ("code", "precision", "recall", "F1", "kappa", "alpha", "gold", "predicted")
ATTRIBUTE_FIGURES = ("precision", "recall", "f1", "accuracy", "kappa", "alpha")
ATTRIBUTE_HEADS = ("noted of agreed codes", *CODE_HEADS[1:4], "accuracy", "kappa", "alpha")


def quality_page(codebook: Codebook, about: Mapping[str, Any]) -> str:
    """Return the page on a coder, in Markdown, from its description."""
    parts = [_introduction(codebook, about)]
    for name, scores in about["scores"].items():
        parts.append(_section(codebook, name, scores, about["by_cues_alone"][name]))
    parts.append(_weak(codebook, about["scores"]))
    return "\n".join(parts)


def _introduction(codebook: Codebook, about: Mapping[str, Any]) -> str:
    cued = [f"`{name}`" for name in about["by_cues"]]
    by_result = [each.label.lower() for each in noted_of_results(codebook) if each.values]
    rows = {**about["data"], "of these learnt": about["learnt"]}
    teacher = about.get("teacher") or {}
    return INTRODUCTION.format(
        base=about["plan"]["base"],
        labels=len(labels(codebook)),
        by_cues=BY_CUES.format(names=" and ".join(cued)) if cued else "",
        by_result=MATCHED.format(names=", ".join(by_result)) if by_result else "",
        resamples=RESAMPLES,
        temperature=about["temperature"],
        data="\n".join(
            f"| {name} | {row['documents']} | {row['units']} | {row['coded']} |"
            for name, row in rows.items()
        ),
        held_out=" and ".join(f"{len(docs)} {kind}" for kind, docs in about["held_out"].items()),
        taught=TAUGHT.format(name=teacher["name"]) if teacher else "",
        last=(LAST_STEP if about.get("last") else "")
        + (LEFT_TO_TEACHER if teacher.get("last") else ""),
        **{name: about["plan"][name] for name in ("epochs", "batch", "rate", "seed")},
    )


def _section(
    codebook: Codebook, name: str, scores: Mapping[str, Any], by_cues: Mapping[str, float]
) -> str:
    size = f"{scores['units']} statements of {scores['documents']} documents"
    micro, macro = (_figure(scores[name], "f1") for name in ("micro", "macro"))
    results = scores["results"]
    return (
        f"## {name.capitalize()}: {size}\n\n"
        f"Micro F1 **{micro}**; macro F1 {macro}. By cues alone: {by_cues['f1']:.2f}.\n\n"
        + _table(CODE_HEADS, _code_rows(codebook, scores))
        + "\n"
        + _table((*ATTRIBUTE_HEADS, "statements"), _attribute_rows(codebook, scores))
        + f"\nResults on statements to whose code both agree: {results['gold']} in gold, "
        f"{results['predicted']} predicted, {results['matched']} matched.\n"
    )


def _code_rows(codebook: Codebook, scores: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for code in codebook.codes:
        row = scores["per_code"][code.id]
        figures = [_figure(row, name) for name in CODE_FIGURES]
        yield [code.label, *figures, str(row["gold"]), str(row["predicted"])]


def _attribute_rows(codebook: Codebook, scores: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for name, row in coded_attributes(scores).items():
        figures = [_figure(row, figure) for figure in ATTRIBUTE_FIGURES]
        yield [codebook.attribute(name).label, *figures, str(row["units"])]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _figure(row: Mapping[str, Any], name: str) -> str:
    span = span_text(row["intervals"].get(name))
    return figure_text(row[name]) + (f" ({span})" if span else "")


def _weak(codebook: Codebook, scores: Mapping[str, Any]) -> str:
    found = [
        f"- {code.label}, {name}: F1 {row['f1']:.2f}"
        + (f", on {row['gold']} statements only" if row["gold"] < FEW else "")
        for name, each in scores.items()
        for code in codebook.codes
        if (row := each["per_code"][code.id])["gold"] and row["f1"] < WEAK
    ]
    listed = "\n".join(found) or "- none"
    advice = f"Where F1 is below {WEAK}, read the claims before you count them:"
    return f"## Weak codes\n\n{advice}\n\n{listed}\n"


def main() -> None:
    """Print the page on the coder of a codebook, by default that of integrated care."""
    codebook = load_codebook(*sys.argv[1:2])
    about = json.loads((codebook.path.parent / DESCRIPTION).read_text("utf-8"))
    sys.stdout.write(quality_page(codebook, about))


if __name__ == "__main__":
    main()
