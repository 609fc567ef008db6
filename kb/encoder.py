"""The encoder turns texts into vectors; at question time it is an int8 graph, not torch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from platformdirs import user_cache_path

from kb.errors import EncoderMissing
from kb.loading import loading
from kb.vectors import Matrix, Vector
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint

REMEDY = "remove its folder, which is made again"


class Encoder(Protocol):
    """Anything that embeds: `fingerprint` changes whenever its vectors may change."""

    name: str
    fingerprint: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Give one row of unit length for each text, in order."""


class OnnxEncoder:
    """An exported graph with its tokenizer; another `session` reads questions for the same vectors.

    Texts go through one at a time: dynamic quantisation scales by the whole batch, so that a
    text's vector would otherwise depend on its neighbours.
    """

    def __init__(self, folder: Path, *, session: Any = None, threads: int | None = None) -> None:
        """Raise EncoderMissing where a file of the folder is damaged or not there."""
        from tokenizers import Tokenizer

        with loading(folder / "encoder.json", EncoderMissing, REMEDY):
            facts = json.loads((folder / "encoder.json").read_text("utf-8"))
            self.name: str = str(facts["name"])
            self.fingerprint: str = str(facts["fingerprint"])
            self.dimensions: int = int(facts["dimensions"])
            longest = int(facts["max_length"])
        self._threads = threads or os.cpu_count() or 1
        with loading(folder / "tokenizer.json", EncoderMissing, REMEDY):
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(longest)
        self._session: Any = session or open_graph(folder / "model.onnx")

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


def open_graph(path: Path, remedy: str = REMEDY) -> Any:
    """Open the graph of an encoder; raises EncoderMissing where it is damaged or not there."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    with loading(path, EncoderMissing, remedy):
        return onnxruntime.InferenceSession(str(path), options)


def is_exported(name: str, *, cache: Path | None = None) -> bool:
    """Say whether a model's graph is there; exporting one takes a quarter of a minute."""
    return (graph_folder(name, cache=cache) / "encoder.json").exists()


def load_encoder(
    name: str = DEFAULT_ENCODER,
    *,
    graph: Path | None = None,
    remedy: str = REMEDY,
    cache: Path | None = None,
) -> Encoder:
    """Load an encoder by name or path, exporting its graph if that is not there or damaged.

    Another `graph` may take the place of its own, to read questions; `remedy` says what to do
    where that is damaged. Raises EncoderMissing where the model is not on this machine.
    """
    session = open_graph(graph, remedy) if graph else None
    folder = graph_folder(name, cache=cache)
    if is_exported(name, cache=cache):
        with suppress(EncoderMissing):
            return OnnxEncoder(folder, session=session)
    from kb.encoder_export import export_graph

    export_graph(name, folder)
    return OnnxEncoder(folder, session=session)


def graph_folder(name: str, *, cache: Path | None = None) -> Path:
    """Say where the exported graph of a model lies, or will."""
    root = cache or user_cache_path("evidence-kb")
    return root / "encoders" / encoder_fingerprint(name).replace("/", "--").replace(os.sep, "--")
