"""Exports a sentence-transformers model as an int8 graph, once; the only user of torch here."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kb.digests import file_sha256
from kb.errors import EncoderMissing
from kb.weights import PINNED, encoder_fingerprint, model_folder, weights_file


def export_graph(name: str, folder: Path) -> None:
    """Write model.onnx, tokenizer.json and encoder.json of a model into `folder`, all or nothing.

    They take the place of what was there. Raises EncoderMissing if the weights are not genuine.
    """
    source = model_folder(name)
    check_weights(name, source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        made = Path(work) / "graph"
        made.mkdir()
        write_graph(name, source, made)
        with suppress(FileNotFoundError):  # a damaged one
            folder.replace(Path(work) / "old")
        try:
            made.replace(folder)
        except OSError:
            # another process was faster, which is as good
            if not (folder / "encoder.json").exists():
                raise


def check_weights(name: str, source: Path) -> None:
    """Refuse weights that are not those the name stands for."""
    if name not in PINNED:
        return
    found = file_sha256(weights_file(source))
    if found != PINNED[name]:
        raise EncoderMissing(
            f"The weights of {name} in {source} are not the published ones "
            f"(sha256 {found[:12]}…, expected {PINNED[name][:12]}…); reinstall the package"
        )


def write_graph(name: str, source: Path, made: Path) -> None:
    """Load, export, quantise and describe one model."""
    model = load_model(source)
    full = made / "full.onnx"
    with hushed():
        trace(model, full)
        quantise(full, made / "model.onnx")
    full.unlink()
    shutil.copy(source / "tokenizer.json", made / "tokenizer.json")
    facts = {
        "name": name,
        "fingerprint": encoder_fingerprint(name),
        "dimensions": int(model.get_embedding_dimension()),
        "max_length": int(model.max_seq_length),
    }
    (made / "encoder.json").write_text(json.dumps(facts, indent=2), "utf-8")


def quantise(full: Path, target: Path) -> None:
    """Write a graph with weights of one byte each."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(full, target, per_channel=True, weight_type=QuantType.QInt8)


def load_model(source: Path) -> Any:
    """Load a model from its folder, never from a hub."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(
        str(source),
        device="cpu",
        local_files_only=True,
        model_kwargs={"attn_implementation": "eager"},
    ).eval()


@contextmanager
def hushed() -> Iterator[None]:
    """Keep from the user what exporters say to their developers."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def trace(model: Any, target: Path) -> None:
    """Write the graph from token ids to one vector a text."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.model(features)["sentence_embedding"]

    sample = model.preprocess(["a text"])
    torch.onnx.export(
        Whole(),
        (sample["input_ids"], sample["attention_mask"]),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"},
            "attention_mask": {0: "batch", 1: "tokens"},
        },
        opset_version=17,
        dynamo=False,
    )
