"""The encoder turns texts into vectors; at question time it is an int8 graph, not torch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from platformdirs import user_cache_path

from kb.vectors import Matrix, Vector
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint


class Encoder(Protocol):
    """Anything that embeds: `fingerprint` changes whenever its vectors may change."""

    name: str
    fingerprint: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Give one row of unit length for each text, in order."""


class OnnxEncoder:
    """An exported graph with its tokenizer; another `graph` reads questions for the same vectors.

    Texts go through one at a time: dynamic quantisation scales by the whole batch, so that a
    text's vector would otherwise depend on its neighbours.
    """

    def __init__(
        self, folder: Path, *, graph: Path | None = None, threads: int | None = None
    ) -> None:
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
        self._session: Any = onnxruntime.InferenceSession(
            str(graph or folder / "model.onnx"), options
        )

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


def is_exported(name: str, *, cache: Path | None = None) -> bool:
    """Say whether a model's graph is there; exporting one takes a quarter of a minute."""
    return (graph_folder(name, cache=cache) / "encoder.json").exists()


def load_encoder(
    name: str = DEFAULT_ENCODER, *, graph: Path | None = None, cache: Path | None = None
) -> Encoder:
    """Load an encoder by name or path, exporting its graph once if that was not done before.

    Another `graph` may take the place of its own, to read questions. Raises EncoderMissing where
    the model is not on this machine.
    """
    folder = graph_folder(name, cache=cache)
    if not is_exported(name, cache=cache):
        from kb.encoder_export import export_graph

        export_graph(name, folder)
    return OnnxEncoder(folder, graph=graph)


def graph_folder(name: str, *, cache: Path | None = None) -> Path:
    """Say where the exported graph of a model lies, or will."""
    root = cache or user_cache_path("evidence-kb")
    return root / "encoders" / encoder_fingerprint(name).replace("/", "--").replace(os.sep, "--")
