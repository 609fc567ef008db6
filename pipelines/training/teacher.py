"""A larger network that learns first, and whose answers the small one then learns from.

Its answers say more than yes or no, also of what nobody coded (Hinton, Vinyals and Dean 2015,
"Distilling the knowledge in a neural network"). It reads the tokens of the small one, so that the
answers of both stand side by side, token by token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import EncoderMissing
from kb.weights import weights_sha256
from pipelines.extract.reading import Reach, Window, places, windows
from pipelines.training.network import Plan, Text, fit, inputs
from pipelines.training.targets import Asked

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, nn

PLAN = Plan(epochs=2, rate=5e-5)
"""How a teacher learns: larger networks need fewer epochs and smaller steps."""
LAST = Plan(epochs=2, rate=3e-5, rate_of_head=1.8e-4, seed=31, least_steps=10)
"""How it learns in the end, from what the reference coder coded alone."""
FROZEN = 3
"""The lowest layers, one of so many, stay as they are: they know words, and cost time."""
AT_ONCE = 8
MARKS = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
"""The marks of BERT, and what others of its vocabulary call them."""


def teach(
    folder: Path,
    documents: Sequence[Text],
    last: Sequence[Text],
    *,
    asked: Asked,
    tokenizer: Tokenizer,
    progress: Callable[[str], None],
) -> nn.Module:
    """Train the network in a folder on documents that are coded, then on the `last`, if any.

    Raises EncoderMissing if its vocabulary is not that of the tokenizer.
    """
    import torch

    torch.manual_seed(PLAN.seed)
    teacher = larger_network(asked.size, folder, tokenizer)
    for plan, read in ((PLAN, documents), (LAST, last)):
        if read:
            fit(teacher, read, asked=asked, tokenizer=tokenizer, plan=plan, progress=progress)
    return teacher


def about_teacher(folder: Path) -> dict[str, Any]:
    """Return what a description says of a teacher: its name, its weights and how it learns.

    Raises EncoderMissing if there is no such model.
    """
    if not (folder / "tokenizer.json").is_file():
        raise EncoderMissing(f"{folder} has no tokenizer.json; give the folder of a whole model")
    return {
        "name": folder.name,
        "weights_sha256": weights_sha256(str(folder)),
        "plan": asdict(replace(PLAN, base=folder.name)),
        "last": asdict(replace(LAST, base=folder.name)),
    }


def answered(teacher: nn.Module, documents: Sequence[Text], tokenizer: Tokenizer) -> list[Text]:
    """Return the documents with what a teacher answers of each of their statements."""
    answers = _answers(teacher, documents, tokenizer)
    return [
        replace(text, targets=[replace(each, taught=next(answers)) for each in text.targets])
        for text in documents
    ]


def _answers(
    teacher: nn.Module, documents: Sequence[Text], tokenizer: Tokenizer
) -> Iterator[Tensor]:
    """Yield the logits [own tokens, labels and tags] of all statements in their order."""
    import torch

    read = [window for text in documents for window in windows(text.pieces, tokenizer, Reach())]
    found: dict[int, list[Tensor]] = {}
    order = sorted(range(len(read)), key=lambda number: len(read[number].ids))
    for at in range(0, len(order), AT_ONCE):
        batch = order[at : at + AT_ONCE]
        with torch.inference_mode():
            logits = teacher(*inputs([read[number] for number in batch]))
        for number, row in zip(batch, logits, strict=True):
            found[number] = list(_cut(row, read[number]))
    for number in range(len(read)):
        yield from found[number]


def _cut(logits: Tensor, window: Window) -> Iterator[Tensor]:
    import torch

    for place in places(window):
        yield logits[place.start : place.stop].to(torch.float16).clone()


def larger_network(size: int, folder: Path, tokenizer: Tokenizer) -> nn.Module:
    """Build a network for `size` labels upon an encoder with BERT's vocabulary and layers.

    Raises EncoderMissing if it is another.
    """
    import torch
    from tokenizers import Tokenizer as Loader
    from transformers import AutoModel
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()  # type: ignore[no-untyped-call]
    set_verbosity_error()  # type: ignore[no-untyped-call]
    own = Loader.from_file(str(folder / "tokenizer.json"))

    class Teacher(torch.nn.Module):
        """Maps the small network's token ids [batch, tokens] to logits [batch, tokens, labels]."""

        same: Tensor

        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager")
            width = self.encoder.config.hidden_size
            self.register_buffer("same", torch.tensor(_same_tokens(tokenizer, own, folder)))
            # what a statement and its neighbours are told apart by, which it has not learnt
            self.types = torch.nn.Embedding(2, width)
            torch.nn.init.normal_(self.types.weight, std=0.02)
            self.dropout = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(width, size)
            _freeze(self.encoder)

        def forward(self, input_ids: Tensor, attention_mask: Tensor, types: Tensor) -> Tensor:
            embedded = self.encoder.get_input_embeddings()(self.same[input_ids])
            hidden = self.encoder(
                inputs_embeds=embedded + self.types(types), attention_mask=attention_mask
            ).last_hidden_state
            return self.head(self.dropout(hidden))  # type: ignore[no-any-return]

    return Teacher()


def _same_tokens(small: Tokenizer, large: Tokenizer, folder: Path) -> list[int]:
    """Return for each token of the small network its number in the large one's vocabulary."""
    theirs = large.get_vocab()
    found = [0] * small.get_vocab_size()
    for token, number in small.get_vocab().items():
        name = token if token in theirs else MARKS.get(token, token)
        if name not in theirs:
            raise EncoderMissing(
                f"{folder} cannot teach: its vocabulary lacks {token!r}; "
                "give a model with the vocabulary of BERT, such as all-mpnet-base-v2"
            )
        found[number] = theirs[name]
    return found


def _freeze(encoder: Any) -> None:
    layers = getattr(getattr(encoder, "encoder", None), "layer", None)
    if layers is None:
        raise EncoderMissing(
            f"{type(encoder).__name__} cannot teach: its layers are not where those of BERT are; "
            "give a model such as all-mpnet-base-v2"
        )
    for part in (encoder.embeddings, *layers[: len(layers) // FROZEN]):
        for weights in part.parameters():
            weights.requires_grad = False
