"""Writes docs/quality.md from what training measured: `python -m pipelines.training.quality`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.codebook import Codebook, load_codebook
from pipelines.extract.model import DESCRIPTION

WEAK = 0.6
FEW = 30

INTRODUCTION = """\
# Measured quality of the coder

This page is made from the description that lies beside the coder, by `python -m pipelines.training.quality > docs/quality.md`; `kb train` measures anew, and `kb evaluate GOLD.jsonl` measures a built knowledge base against your own coded statements.

## What it is

A network of 22 million weights ({base}) reads a statement together with its heading, the words that introduce its list and the end of the sentence before. It answers {labels} questions with yes or no: one for each code, and one for each value that may be noted of it. What is noted of a code was learnt only from statements that carry it. Where several values may hold, such as themes, the cues in the codebook have a say beside the network; the words of a measure and its figure are found by cues alone{by_cues}. It runs as an int8 graph, one statement at a time, so that an answer depends on the statement and its context alone; the same document gives the same claims in every build.

A claim's `confidence` is a probability, with a temperature of {temperature} fitted on documents that the coder did not learn from.

## What it learnt from

| | documents | statements and other units | coded |
|---|---|---|---|
{data}

The split is by document, never by sentence: {held_out} documents were held out. On them the thresholds, the temperature and the weight of the cues were set, and the words for measures were gathered from all documents, so that figures for held-out documents are a little too kind. Development gold was never learnt from, but choices were made with an eye on it; expect unseen documents to do no better.

{epochs} epochs, batches of {batch}, learning rate {rate}, seed {seed}. Each statement was coded once: how far two coders would agree on them was not measured.
"""  # noqa: E501

RATES_HEAD = """\
| code | precision | recall | F1 | kappa | gold | predicted |
|---|---|---|---|---|---|---|
"""
ATTRIBUTES_HEAD = """\
| noted where both agree on the code | precision | recall | F1 | statements |
|---|---|---|---|---|
"""


def quality_page(codebook: Codebook, about: Mapping[str, Any]) -> str:
    """Return the page on a coder, in Markdown, from its description."""
    parts = [_introduction(about)]
    for name, scores in about["scores"].items():
        parts.append(_section(codebook, name, scores, about["by_cues_alone"][name]))
    parts.append(_weak(codebook, about["scores"]))
    return "\n".join(parts)


def _introduction(about: Mapping[str, Any]) -> str:
    cued = [f"`{name}`" for name in about["by_cues"]]
    rows = {**about["data"], "of these learnt": about["learnt"]}
    return INTRODUCTION.format(
        base=about["plan"]["base"],
        labels=len(about["labels"]),
        by_cues=f", and so is {' and '.join(cued)}" if cued else "",
        temperature=about["temperature"],
        data="\n".join(
            f"| {name} | {row['documents']} | {row['units']} | {row['coded']} |"
            for name, row in rows.items()
        ),
        held_out=" and ".join(f"{len(docs)} {kind}" for kind, docs in about["held_out"].items()),
        **{name: about["plan"][name] for name in ("epochs", "batch", "rate", "seed")},
    )


def _section(
    codebook: Codebook, name: str, scores: Mapping[str, Any], by_cues: Mapping[str, float]
) -> str:
    interval = scores["interval"]
    between = f" (95 % interval over documents {_span(interval)})" if interval else ""
    size = f"{scores['units']} statements of {scores['documents']} documents"
    return (
        f"## {name.capitalize()}: {size}\n\n"
        f"Micro F1 **{scores['micro']['f1']:.2f}**{between}; macro F1 {scores['macro']['f1']:.2f}. "
        f"By cues alone: {by_cues['f1']:.2f}.\n\n"
        + RATES_HEAD
        + "".join(_code_rows(codebook, scores))
        + "\n"
        + ATTRIBUTES_HEAD
        + "".join(_attribute_rows(codebook, scores))
    )


def _code_rows(codebook: Codebook, scores: Mapping[str, Any]) -> Iterator[str]:
    for code in codebook.codes:
        row = scores["per_code"][code.id]
        figures = [f"{row[name]:.2f}" for name in ("precision", "recall", "f1", "kappa")]
        yield _row([code.label, *figures, str(row["gold"]), str(row["predicted"])])


def _attribute_rows(codebook: Codebook, scores: Mapping[str, Any]) -> Iterator[str]:
    for name, row in scores["attributes"].items():
        figures = [f"{row[rate]:.2f}" for rate in ("precision", "recall", "f1")]
        yield _row([codebook.attribute(name).label, *figures, str(row["units"])])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _span(interval: Sequence[float]) -> str:
    return f"{interval[0]:.2f} to {interval[1]:.2f}"


def _weak(codebook: Codebook, scores: Mapping[str, Any]) -> str:
    found = [
        f"- {code.label}, {name}: F1 {row['f1']:.2f}"
        + (f", on {row['gold']} statements only" if row["gold"] < FEW else "")
        for name, each in scores.items()
        for code in codebook.codes
        if (row := each["per_code"][code.id])["f1"] < WEAK
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
