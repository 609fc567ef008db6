"""Training what reads questions: the encoder's own network, taught by questions with answers.

Only the side of the questions learns; the vectors of statements stay those of the encoder, so that
a database needs nothing else, and another reader of its vectors finds them unchanged. The weights
are then moved part of the way from the encoder's to those learnt, which keeps what it knew of other
fields (Wortsman and others 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kb.atomic import move_whole
from kb.codebook import Codebook
from kb.encoder import Encoder, load_encoder
from kb.encoder_export import hushed, load_model, quantise, trace
from kb.errors import InvalidCodebook
from kb.models import Statement
from kb.search.asking import DESCRIPTION, GRAPH
from kb.vectors import Matrix, Vector
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint, model_folder
from pipelines.embed import embed
from pipelines.evaluate.gold import Row
from pipelines.training.examples import (
    key,
    read_rows,
    real_rows,
    statements_of,
    written_rows,
)
from pipelines.training.place import writable

QUESTIONS = "questions.jsonl"
KEY_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingPlan:
    """How to train; what is written into the description.

    `drift` is the price of a question's vector moving from the encoder's. `share` is how far the
    weights go from the encoder's to those learnt.
    """

    base: str = DEFAULT_ENCODER
    epochs: int = 3
    batch: int = 32
    rate: float = 4e-5
    warm_up: float = 0.1
    temperature: float = 0.05
    drift: float = 0.5
    share: float = 0.7
    seed: int = 1
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the numbers of the statements that answer it, and its vector to begin with."""

    question: str
    answers: Sequence[int]
    begun: Vector


def train_asking(
    codebook: Codebook,
    *,
    real: Path | None = None,
    out: Path | None = None,
    plan: AskingPlan | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, Any]:
    """Train on the questions beside a codebook; write a graph and its description, and return this.

    `real` brings the text of real statements. Raises InvalidCodebook if there are no questions.
    """
    plan = plan or AskingPlan()
    out = writable(out or codebook.path.parent)
    rows = [*written_rows(codebook), *(real_rows(codebook, real) if real else [])]
    encoder = load_encoder(plan.base)
    statements, asked = _answered(codebook, rows, encoder)
    progress(f"{len(asked)} questions, {len(statements)} statements")
    model = load_model(model_folder(plan.base))
    begun = {name: value.clone() for name, value in model.state_dict().items()}
    # their documents have no titles here
    _fit(model, embed("", statements, encoder), asked, plan, progress)
    _go_part_of_the_way(model, begun, plan.share)
    about = {
        "encoder": encoder_fingerprint(plan.base),
        "plan": asdict(plan),
        "questions": len(asked),
        "statements": len(statements),
    }
    with tempfile.TemporaryDirectory() as made, hushed():
        trace(model.eval(), Path(made, "float.onnx"))
        quantise(Path(made, "float.onnx"), Path(made, GRAPH))
        Path(made, DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
        move_whole((GRAPH, DESCRIPTION), Path(made), out)
    return about


def _answered(
    codebook: Codebook, rows: Sequence[Row], encoder: Encoder
) -> tuple[list[Statement], list[Asked]]:
    """Give the statements at hand, and the questions that some of them answer."""
    path = codebook.path.parent / "training" / QUESTIONS
    if not path.is_file():
        raise InvalidCodebook(f"{path}: there are no questions to learn from")
    pairs = list(statements_of(rows))
    number = {key(row)[:KEY_LENGTH]: at for at, (row, _) in enumerate(pairs)}
    lines = read_rows([path])
    found = [
        (line["question"], [number[each] for each in line["keys"] if each in number])
        for line in lines
    ]
    kept = [(question, answers) for question, answers in found if answers]
    begun = encoder.embed([question for question, _ in kept])
    statements = [statement for _, statement in pairs]
    return statements, [Asked(*pair, vector) for pair, vector in zip(kept, begun, strict=True)]


def _fit(
    model: Any,
    vectors: Matrix,
    asked: Sequence[Asked],
    plan: AskingPlan,
    progress: Callable[[str], None],
) -> None:
    """Teach a model that each question is nearest to what answers it, among all statements."""
    import torch

    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    weights = [each for name, each in model.named_parameters() if "word_embeddings" not in name]
    optimizer = torch.optim.AdamW(weights, lr=plan.rate)
    steps = plan.epochs * -(-len(asked) // plan.batch)
    warm = max(1, round(plan.warm_up * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    everything = torch.from_numpy(vectors)
    model.train()
    for number, batch in enumerate(_batches(asked, plan)):
        error = _error(model, everything, batch, plan)
        error.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if number % 50 == 0:
            progress(f"step {number} of {steps}: {error.item():.3f}")


def _batches(asked: Sequence[Asked], plan: AskingPlan) -> Iterator[Sequence[Asked]]:
    mixed = random.Random(plan.seed)
    for _ in range(plan.epochs):
        order = mixed.sample(asked, len(asked))
        yield from (order[at : at + plan.batch] for at in range(0, len(order), plan.batch))


def _error(model: Any, everything: Any, batch: Sequence[Asked], plan: AskingPlan) -> Any:
    """Give how surprising it is that one of its answers is a question's nearest statement."""
    import torch

    learning = _embed(model, [each.question for each in batch])
    begun = torch.stack([torch.from_numpy(each.begun) for each in batch])
    near = learning @ everything.T / plan.temperature
    due = torch.full_like(near, float("-inf"))
    for row, each in enumerate(batch):
        due[row, list(each.answers)] = near[row, list(each.answers)]
    missed = (near.logsumexp(1) - due.logsumexp(1)).mean()
    return missed + plan.drift * (1 - (learning * begun).sum(1)).mean()


def _embed(model: Any, texts: Sequence[str]) -> Any:
    import torch

    found = model(model.preprocess(list(texts)))["sentence_embedding"]
    return torch.nn.functional.normalize(found, dim=1)


def _go_part_of_the_way(model: Any, begun: Any, share: float) -> None:
    learnt = model.state_dict()
    mixed = {
        name: begun[name].lerp(value, share) if value.is_floating_point() else value
        for name, value in learnt.items()
    }
    model.load_state_dict(mixed)
