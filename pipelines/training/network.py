"""The network that is trained: MiniLM below, one yes-or-no answer a label and token above."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.encoder_export import check_weights, hushed, quantise
from kb.weights import DEFAULT_ENCODER, model_folder
from pipelines.extract.reading import Piece, Reach, Window, pieces, windows
from pipelines.training.examples import Example
from pipelines.training.loss import Batch, Weights, loss, rarity
from pipelines.training.targets import Asked, Target, target

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, nn

POOL_BATCHES = 20  # batches are filled with windows of like length from so many at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train; what is written into the coder's description.

    A step learns from a `batch` of windows of about so many `tokens`. Where few statements are
    coded, there are more epochs until there are `least_steps`.
    """

    base: str = DEFAULT_ENCODER
    epochs: int = 4
    least_steps: int = 600
    seed: int = 1
    batch: int = 4
    tokens: int = 192
    rate: float = 1.2e-4
    rate_of_head: float = 1e-3
    warm_up: float = 0.1
    weights: Weights = field(default_factory=Weights)
    threads: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One document to learn from: its statements as tokens, and what is to be answered of each."""

    pieces: Sequence[Piece]
    targets: Sequence[Target]


def base_folder(name: str) -> Path:
    """Return the folder of the weights to begin with; raises EncoderMissing if they are others."""
    folder = model_folder(name)
    check_weights(name, folder)
    return folder


def network(size: int, folder: Path) -> nn.Module:
    """Build the network for `size` labels upon the weights in a folder."""
    import torch
    from transformers import AutoModel
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]

    class Coder(torch.nn.Module):
        """Maps token ids [batch, tokens] to logits [batch, tokens, labels]."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager")
            self.encoder.embeddings.word_embeddings.weight.requires_grad = False
            self.dropout = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(self.encoder.config.hidden_size, size)

        def forward(self, input_ids: Tensor, attention_mask: Tensor, types: Tensor) -> Tensor:
            hidden = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types
            ).last_hidden_state
            return self.head(self.dropout(hidden))  # type: ignore[no-any-return]

    return Coder()


def texts(examples: Sequence[Example], asked: Asked, tokenizer: Tokenizer) -> list[Text]:
    """Return the documents of examples, which come one document after another."""
    found = []
    for _, group in groupby(examples, key=lambda each: each.statement.document_id):
        own = list(group)
        read = pieces([each.statement for each in own], tokenizer)
        aims = [target(*pair, asked) for pair in zip(own, read, strict=True)]
        found.append(Text(pieces=read, targets=aims))
    return found


def fit(
    model: nn.Module,
    documents: Sequence[Text],
    *,
    asked: Asked,
    tokenizer: Tokenizer,
    plan: Plan,
    progress: Callable[[str], None],
) -> None:
    """Train a network in place to answer what is asked."""
    import torch

    torch.set_num_threads(plan.threads)
    optimizer = torch.optim.AdamW(_groups(model, plan))
    an_epoch = sum(1 for _ in _batches(documents, tokenizer, plan, 0))
    epochs = max(plan.epochs, -(-plan.least_steps // an_epoch))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, _warm_then_falling(plan, epochs * an_epoch)
    )
    rare = rarity([target for text in documents for target in text.targets], asked.codes)
    model.train()
    for epoch in range(epochs):
        for number, batch in enumerate(_batches(documents, tokenizer, plan, epoch)):
            logits = model(*inputs([window for window, _ in batch]))
            error = loss(logits, batch, rare, plan.weights)
            error.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            if number % 50 == 0:
                progress(f"epoch {epoch + 1} batch {number} loss {error.item():.3f}")
    model.eval()


def _groups(model: Any, plan: Plan) -> list[dict[str, Any]]:
    # the head begins with nothing and has far to go; what lies below knows much already
    below: list[Any] = []
    head: list[Any] = []
    for name, weights in model.named_parameters():
        if weights.requires_grad:
            (below if name.startswith("encoder.") else head).append(weights)
    return [{"params": below, "lr": plan.rate}, {"params": head, "lr": plan.rate_of_head}]


def _warm_then_falling(plan: Plan, steps: int) -> Callable[[int], float]:
    warm = max(1, round(plan.warm_up * steps))
    return lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm + 1)))


def _batches(
    documents: Sequence[Text], tokenizer: Tokenizer, plan: Plan, epoch: int
) -> Iterator[Batch]:
    mixed = random.Random(plan.seed * 1000 + epoch)
    reach = Reach(own=plan.tokens, before=0, after=0)
    found = [
        (window, [text.targets[number] for number in window.numbers])
        for text in documents
        # cut elsewhere in every epoch, so that a statement meets all its neighbours
        for window in windows(
            text.pieces,
            tokenizer,
            reach,
            first_own=mixed.randint(plan.tokens // 4, plan.tokens),
        )
    ]
    mixed.shuffle(found)
    pool = plan.batch * POOL_BATCHES
    batches = [
        group[at : at + plan.batch]
        for start in range(0, len(found), pool)
        for group in [sorted(found[start : start + pool], key=lambda each: len(each[0].ids))]
        for at in range(0, len(group), plan.batch)
    ]
    mixed.shuffle(batches)
    yield from batches


def inputs(batch: Sequence[Window]) -> tuple[Tensor, ...]:
    """Return the ids, the mask and the types of windows [batch, tokens], filled up with zeros."""
    import torch

    longest = max(len(each.ids) for each in batch)
    rows = [(each.ids, (1,) * len(each.ids), each.types) for each in batch]
    padded = [[[*part, *[0] * (longest - len(part))] for part in row] for row in rows]
    return tuple(torch.tensor(part) for part in zip(*padded, strict=True))


def export(model: Any, tokenizer: Tokenizer, out: Path) -> None:
    """Write a network as an int8 graph that maps a window's tokens to their logits."""
    whole = out.with_suffix(".float.onnx")
    with hushed():
        _trace(model, tokenizer, whole)
        quantise(whole, out)
    whole.unlink()


def _trace(model: Any, tokenizer: Tokenizer, target: Path) -> None:
    import torch

    coded = tokenizer.encode("a heading", "a statement")
    parts = (coded.ids, coded.attention_mask, coded.type_ids)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        model.eval(),
        tuple(torch.tensor([part]) for part in parts),
        str(target),
        input_names=names,
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*names, "logits"]},
        opset_version=17,
        dynamo=False,
    )
