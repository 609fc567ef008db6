"""How far a network's answers are from what was due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.extract.reading import Window, places
from pipelines.training.targets import UNKNOWN, Target

if TYPE_CHECKING:
    from torch import Tensor

Batch = Sequence[tuple[Window, Sequence[Target]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each kind of answer counts; that of a code counts 1.

    `taught` is how much a teacher's answers count beside those of coders.
    """

    values: float = 4.0
    parts: float = 1.0
    tags: float = 1.0
    taught: float = 2.0


def loss(logits: Tensor, batch: Batch, rarity: Tensor, weights: Weights) -> Tensor:
    """Return the loss of logits [windows, tokens, labels and tags]; `rarity` is one a code.

    Each kind is a mean of binary cross-entropies over what is known.
    """
    import torch

    codes, names = len(rarity), len(batch[0][1][0].whole)
    found = list(_answers(logits, batch))
    whole = torch.stack([own.mean(0)[:names] for own, _ in found])
    due = torch.tensor([target.whole for _, target in found])
    parts = [pair for own, target in found for pair in _parts(own, target, names)]
    tagged = [pair for own, target in found for pair in _tags(own, target, names)]
    coded = (
        _known(whole[:, :codes], due[:, :codes], rarity)
        + weights.values * _known(whole[:, codes:], due[:, codes:])
        + weights.parts * _mean_of(parts)
        + weights.tags * _mean_of(tagged)
    )
    if found[0][1].taught is None:
        return coded
    return coded + weights.taught * _taught(found, codes, names, weights)


def _taught(
    found: Sequence[tuple[Tensor, Target]], codes: int, names: int, weights: Weights
) -> Tensor:
    """Return how far answers are from a teacher's: of each statement, and of each of its tokens.

    Its word counts on codes and tags alone: on values it costs more than it brings (methods.md).
    """
    pairs = [(own, target.taught.float()) for own, target in found if target.taught is not None]
    means = [(own.mean(0, keepdim=True), theirs.mean(0, keepdim=True)) for own, theirs in pairs]
    of_statements, of_tokens = (_apart(each) for each in (means, pairs))
    total = of_statements[:, :codes].mean() + of_tokens[:, :codes].mean()
    tags = of_tokens[:, names:]
    return total + weights.tags * tags.mean() if tags.numel() else total


def _apart(pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """Return the cross-entropy of each answer with a teacher's."""
    import torch

    ours, theirs = map(torch.cat, zip(*pairs, strict=True))
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    return entropy(ours, theirs.sigmoid(), reduction="none")


def rarity(targets: Sequence[Target], codes: int) -> Tensor:
    """Return how much a code weighs where it is due: the rare more, within reason."""
    import torch

    answers = ([each.whole[code] for each in targets] for code in range(codes))
    known = [[one for one in every if one != UNKNOWN] for every in answers]
    shares = [sum(every) / max(1, len(every)) for every in known]
    # the thresholds see to the rest
    return torch.tensor([min(3.0, max(1.0, 0.5 / max(share, 1e-3) ** 0.5)) for share in shares])


def _answers(logits: Tensor, batch: Batch) -> Iterator[tuple[Tensor, Target]]:
    for row, (window, targets) in zip(logits, batch, strict=True):
        for place, target in zip(places(window), targets, strict=True):
            yield row[place.start : place.stop], target


def _parts(own: Tensor, target: Target, names: int) -> Iterator[tuple[Tensor, Tensor]]:
    for place, answers in target.parts:
        yield own[place.start : place.stop, :names].mean(0), own.new_tensor(answers)


def _tags(own: Tensor, target: Target, names: int) -> Iterator[tuple[Tensor, Tensor]]:
    for number, answers in enumerate(target.tags):
        yield own[:, names + number], own.new_tensor(answers)


def _mean_of(pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor | float:
    import torch

    if not pairs:
        return 0.0
    answers, due = zip(*pairs, strict=True)
    return _known(torch.cat(answers), torch.cat(due))


def _known(answers: Tensor, due: Tensor, rarity: Tensor | None = None) -> Tensor:
    import torch

    known = (due != UNKNOWN).float()
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        answers, due.clamp(min=0), reduction="none", pos_weight=rarity
    )
    return (each * known).sum() / known.sum().clamp(min=1)
