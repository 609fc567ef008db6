"""The network that is trained: MiniLM below, one yes-or-no answer a label above."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.encoder_export import check_weights, hushed
from kb.weights import DEFAULT_ENCODER, model_folder
from pipelines.training.examples import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, nn

POOL_BATCHES = 20  # batches are filled with statements of like length from so many at a time
UNKNOWN = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train; what is written into the coder's description."""

    base: str = DEFAULT_ENCODER
    epochs: int = 2
    seed: int = 1
    batch: int = 16
    rate: float = 8e-5
    rate_of_head: float = 1e-3
    warm_up: float = 0.1
    drop_context: float = 0.15
    weight_of_attributes: float = 2.0
    threads: int = 2


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
        """Maps token ids [batch, tokens] to logits [batch, labels]."""

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
            # the context colours the statement's words by attention; its own are not pooled
            own = types.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * own).sum(1) / own.sum(1)
            return self.head(self.dropout(pooled))  # type: ignore[no-any-return]

    return Coder()


def fit(
    model: nn.Module,
    examples: Sequence[Example],
    *,
    codes: Sequence[str],
    names: Sequence[str],
    tokenizer: Tokenizer,
    plan: Plan,
    progress: Callable[[str], None],
) -> None:
    """Train a network in place; `names` are all labels, of which the first are the `codes`."""
    import torch

    torch.set_num_threads(plan.threads)
    optimizer = torch.optim.AdamW(_groups(model, plan))
    steps = plan.epochs * -(-len(examples) // plan.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _warm_then_falling(plan, steps))
    loss_of = _loss(examples, codes, plan)
    model.train()
    for epoch in range(plan.epochs):
        mixed = random.Random(plan.seed + epoch)
        for number, batch in enumerate(_batches(examples, plan, mixed)):
            inputs = _inputs(batch, tokenizer, plan, mixed)
            loss = loss_of(model(*inputs), _targets(batch, names))
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            if number % 50 == 0:
                progress(f"epoch {epoch + 1} batch {number} loss {loss.item():.3f}")
    model.eval()


def _groups(model: Any, plan: Plan) -> list[dict[str, Any]]:
    # the head begins with nothing and has far to go; what lies below knows much already
    below = [weights for weights in model.encoder.parameters() if weights.requires_grad]
    head = list(model.head.parameters())
    return [{"params": below, "lr": plan.rate}, {"params": head, "lr": plan.rate_of_head}]


def _warm_then_falling(plan: Plan, steps: int) -> Callable[[int], float]:
    warm = max(1, round(plan.warm_up * steps))
    return lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm + 1)))


def _loss(
    examples: Sequence[Example], codes: Sequence[str], plan: Plan
) -> Callable[[Tensor, Tensor], Tensor]:
    import torch

    shares = [sum(each.answers[code] for each in examples) / len(examples) for code in codes]
    # a rare code weighs more, within reason: the thresholds see to the rest
    rarity = torch.tensor([min(3.0, max(1.0, 0.5 / max(share, 1e-3) ** 0.5)) for share in shares])
    entropy = torch.nn.functional.binary_cross_entropy_with_logits

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        size = len(codes)
        of_codes = entropy(logits[:, :size], targets[:, :size], pos_weight=rarity)
        known = (targets[:, size:] != UNKNOWN).float()
        each = entropy(logits[:, size:], targets[:, size:].clamp(min=0), reduction="none")
        of_attributes = (each * known).sum() / known.sum().clamp(min=1)
        return of_codes + plan.weight_of_attributes * of_attributes

    return loss


def _batches(
    examples: Sequence[Example], plan: Plan, mixed: random.Random
) -> Iterator[list[Example]]:
    order = mixed.sample(examples, len(examples))
    pool = plan.batch * POOL_BATCHES
    batches = [
        group[at : at + plan.batch]
        for start in range(0, len(order), pool)
        for group in [sorted(order[start : start + pool], key=_length)]
        for at in range(0, len(group), plan.batch)
    ]
    mixed.shuffle(batches)
    yield from batches


def _length(example: Example) -> int:
    return len(example.context) + len(example.text)


def _inputs(
    batch: Sequence[Example], tokenizer: Tokenizer, plan: Plan, mixed: random.Random
) -> tuple[Tensor, ...]:
    import torch

    pairs = [
        ("" if mixed.random() < plan.drop_context else each.context, each.text) for each in batch
    ]
    coded = tokenizer.encode_batch(pairs)
    longest = max(len(each.ids) for each in coded)
    rows = [(each.ids, each.attention_mask, each.type_ids) for each in coded]
    padded = [[part + [0] * (longest - len(part)) for part in row] for row in rows]
    return tuple(torch.tensor(part) for part in zip(*padded, strict=True))


def _targets(batch: Sequence[Example], names: Sequence[str]) -> Tensor:
    import torch

    answers = [[each.answers.get(name, UNKNOWN) for name in names] for each in batch]
    return torch.tensor(answers, dtype=torch.float32)


def export(model: Any, tokenizer: Tokenizer, out: Path) -> None:
    """Write a network as an int8 graph that maps one statement's tokens to its logits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = out.with_suffix(".float.onnx")
    with hushed():
        _trace(model, tokenizer, whole)
        quantize_dynamic(whole, out, per_channel=True, weight_type=QuantType.QInt8)
    whole.unlink()


def _trace(model: Any, tokenizer: Tokenizer, target: Path) -> None:
    import torch

    coded = tokenizer.encode("a heading | |", "a statement")
    parts = (coded.ids, coded.attention_mask, coded.type_ids)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        model.eval(),
        tuple(torch.tensor([part]) for part in parts),
        str(target),
        input_names=names,
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names},
        opset_version=17,
        dynamo=False,
    )
