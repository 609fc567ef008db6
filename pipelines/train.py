"""Training a coder: coded statements in, a small graph and its description out."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kb.atomic import move_whole
from kb.codebook import Codebook
from kb.errors import InvalidCodebook
from kb.weights import weights_sha256
from pipelines.evaluate.gold import GoldUnit, Row, read_gold
from pipelines.evaluate.scores import Scores, code_gold, evaluate
from pipelines.extract.claims import Judge
from pipelines.extract.model import (
    DESCRIPTION,
    TOKENIZER,
    WEIGHTS,
    TrainedCoder,
    load_graph,
)
from pipelines.extract.reading import labels, prepare, tags
from pipelines.extract.rules import CueCoder
from pipelines.training.calibrate import temperature, thresholds
from pipelines.training.examples import (
    Example,
    examples,
    gold_of,
    held_out,
    left_to_teacher,
    real_rows,
    reference,
    written_rows,
)
from pipelines.training.network import Plan, base_folder, export, fit, network, texts
from pipelines.training.place import writable
from pipelines.training.targets import Asked
from pipelines.training.teacher import about_teacher, answered, teach

LAST = Plan(epochs=2, rate=5e-5, rate_of_head=2e-4, warm_up=0.1, seed=31, least_steps=10)
"""How a coder learns in the end, from what the reference coder coded alone, without a teacher."""

CUE_MARGIN = 0.01
LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers")

Progress = Callable[[str], None]
Kinds = Mapping[str, Sequence[Row]]
"""The coded units by where they come from: written for the codebook, or of real documents."""


def train(
    codebook: Codebook,
    *,
    real: Path | None = None,
    gold: Path | None = None,
    out: Path | None = None,
    plan: Plan | None = None,
    teacher: Path | None = None,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Train a coder into a folder, the codebook's own by default; return its description.

    `real` brings the text of real statements, JSON lines as `real-codes.jsonl` lists them.
    `gold` is only measured on. `teacher` is the folder of a larger model to learn from. Raises
    InvalidCodebook if there is nothing to learn from, InvalidGold, EncoderMissing if a model is,
    KbError if the folder cannot be written.
    """
    plan = plan or Plan()
    units = read_gold(gold, codebook) if gold else []
    kinds = {"written": written_rows(codebook), "real": real_rows(codebook, real) if real else []}
    taught_by = about_teacher(teacher) if teacher else None
    learnt, held = _divide(codebook, kinds)
    cases = examples(learnt, codebook)
    if not cases or not any(held.values()):
        folder = codebook.path.parent / "training"
        raise InvalidCodebook(f"{folder}: no coded statements of two documents to learn from")
    out = writable(out or codebook.path.parent)
    with tempfile.TemporaryDirectory() as made:
        _make(codebook, cases, Path(made), plan, teacher, progress)
        progress("measuring")
        about = describe(codebook, kinds, Path(made), plan=plan, gold=units, taught_by=taught_by)
        # the description last: with it the three files are a coder
        move_whole((WEIGHTS, TOKENIZER, DESCRIPTION), Path(made), out)
    return about


def describe(
    codebook: Codebook,
    kinds: Kinds,
    folder: Path,
    *,
    plan: Plan,
    gold: Sequence[GoldUnit] = (),
    taught_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Calibrate the graph in a folder on the documents held out; write and return what it is."""
    learnt, held = _divide(codebook, kinds)
    unseen = [row for rows in held.values() for row in rows]
    coder = _calibrated(codebook, unseen, folder)
    sets = {f"held out, {kind}": gold_of(rows, codebook) for kind, rows in held.items() if rows}
    coder = _with_cues(coder, [unit for units in sets.values() for unit in units])
    if gold:
        sets["development"] = list(gold)
    has_last = bool(reference(codebook, {row["doc"] for row in learnt}))
    if taught_by and not has_last:
        taught_by = {**taught_by, "last": None}
    about = {
        "labels": [*labels(codebook), *tags(codebook)],
        "thresholds": dict(coder.judge.thresholds),
        "temperature": coder.temperature,
        "by_cues": coder.by_cues,
        "codebook_sha256": codebook.sha256,
        "base_sha256": weights_sha256(plan.base),
        "weights_sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
        "plan": asdict(plan),
        "last": asdict(LAST) if has_last else None,
        "teacher": taught_by,
        "data": {kind: summary(rows) for kind, rows in kinds.items()},
        "learnt": summary(learnt),
        "held_out": {kind: sorted({row["doc"] for row in rows}) for kind, rows in held.items()},
        "versions": {name: version(name) for name in LIBRARIES},
        "scores": {name: _measure(coder, units).to_dict() for name, units in sets.items()},
        "by_cues_alone": {
            name: asdict(_measure(CueCoder(codebook=codebook, fingerprint=""), units).micro)
            for name, units in sets.items()
        },
    }
    text = json.dumps(_rounded(about), indent=1, ensure_ascii=False)
    (folder / DESCRIPTION).write_text(text + "\n", "utf-8")
    return about


def _divide(codebook: Codebook, kinds: Kinds) -> tuple[list[Row], dict[str, list[Row]]]:
    learnt: list[Row] = []
    held: dict[str, list[Row]] = {}
    for kind, rows in kinds.items():
        kept = held_out(codebook, kind, {row["doc"] for row in rows})
        learnt += [row for row in rows if row["doc"] not in kept]
        held[kind] = [row for row in rows if row["doc"] in kept]
    return learnt, held


def _make(
    codebook: Codebook,
    learnt: Sequence[Example],
    folder: Path,
    plan: Plan,
    teacher: Path | None,
    progress: Progress,
) -> None:
    import torch
    from tokenizers import Tokenizer

    base = base_folder(plan.base)
    tokenizer = prepare(Tokenizer.from_file(str(base / TOKENIZER)))
    asked = Asked(labels=labels(codebook), tags=tags(codebook), codes=len(codebook.codes))
    names = reference(codebook, {each.statement.document_id for each in learnt})
    own = [each for each in learnt if each.statement.document_id in names]
    documents, last = texts(learnt, asked, tokenizer), texts(own, asked, tokenizer)
    if teacher:
        progress("the teacher learns")
        large = teach(teacher, documents, last, asked=asked, tokenizer=tokenizer, progress=progress)
        progress("the teacher answers")
        if last:
            # it now codes like the reference, as the others who coded did not
            documents = texts(left_to_teacher(learnt, names, codebook), asked, tokenizer)
        documents = answered(large, documents, tokenizer)
    torch.manual_seed(plan.seed)
    model = network(asked.size, base)
    fit(model, documents, asked=asked, tokenizer=tokenizer, plan=plan, progress=progress)
    if last:
        progress("what the reference coder coded is learnt once more")
        fit(model, last, asked=asked, tokenizer=tokenizer, plan=LAST, progress=progress)
    export(model, tokenizer, folder / WEIGHTS)
    shutil.copyfile(base / TOKENIZER, folder / TOKENIZER)


def _calibrated(codebook: Codebook, unseen: Sequence[Row], folder: Path) -> TrainedCoder:
    graph = load_graph(folder)
    cases = examples(unseen, codebook)
    answers = graph.read([case.statement for case in cases])
    names = labels(codebook)
    logits = [dict(zip(names, each.mean(), strict=False)) for each in answers]
    coder = TrainedCoder(
        judge=Judge(codebook=codebook, calibrated=True),
        fingerprint="",
        graph=graph,
        temperature=temperature(cases, logits, [code.id for code in codebook.codes]),
        by_cues=(),
    )
    pairs = zip(cases, answers, strict=True)
    scores = [coder.scores(case.statement, each) for case, each in pairs]
    limits = thresholds(cases, scores, codebook)
    return replace(coder, judge=replace(coder.judge, thresholds=limits))


def _with_cues(coder: TrainedCoder, gold: Sequence[GoldUnit]) -> TrainedCoder:
    """Return a coder that goes by cues for what cues tell better than the network."""
    codebook = coder.codebook
    names = {cue.target for cue in codebook.cues if cue.value}
    simple = [
        each.name
        for each in codebook.attributes
        if each.asked and each.name in names and not each.many and not each.separate
    ]
    by_network = _measure(coder, gold).attributes
    by_cues = _measure(replace(coder, by_cues=tuple(simple)), gold).attributes
    better = [name for name in simple if by_cues[name].f1 > by_network[name].f1 + CUE_MARGIN]
    return replace(coder, by_cues=tuple(better))


def _measure(coder: TrainedCoder | CueCoder, gold: Sequence[GoldUnit]) -> Scores:
    return evaluate(gold, code_gold(gold, coder), coder.codebook)


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how many documents and units there are, how many coded, and their digest."""
    lines = "\n".join(json.dumps(row, sort_keys=True) for row in rows)
    return {
        "documents": len({row["doc"] for row in rows}),
        "units": len(rows),
        "coded": sum(bool(row["codes"]) for row in rows),
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
