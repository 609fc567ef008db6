"""The trained coder: a graph, its tokenizer and its description, beside the codebook."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.codebook import Attribute, Codebook
from kb.errors import InvalidCodebook
from kb.models import Claim, Statement
from pipelines.extract.claims import Judge
from pipelines.extract.reading import contexts, labels, prepare
from pipelines.extract.rules import cue_scores

WEIGHTS = "coder.onnx"
DESCRIPTION = "coder.json"
TOKENIZER = "tokenizer.json"
FILES = (WEIGHTS, DESCRIPTION, TOKENIZER)
MAX_THREADS = 8
CUE_SHARE = 0.3
"""How much cues count beside the network for values of which several may hold; measured."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The network alone: reads one statement at a time, so that no neighbour sways its answer."""

    session: Any
    tokenizer: Any

    def logits(self, context: str, text: str) -> list[float]:
        """Return one number a label; above 0 speaks for it."""
        coded = self.tokenizer.encode(context, text)
        inputs = {
            "input_ids": np.array([coded.ids], dtype=np.int64),
            "attention_mask": np.array([coded.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([coded.type_ids], dtype=np.int64),
        }
        return [float(value) for value in self.session.run(None, inputs)[0][0]]

    def all_logits(self, pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        """Return the logits of pairs of context and text, in order, on all cores."""
        threads = min(MAX_THREADS, os.cpu_count() or 1, max(1, len(pairs)))
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda pair: self.logits(*pair), pairs))


@dataclass(frozen=True, kw_only=True)
class TrainedCoder:
    """Codes statements by a network, and finds the words of measures and figures by cues.

    `temperature` makes the network's answers into probabilities; `by_cues` names attributes whose
    cues measured better than the network.
    """

    judge: Judge
    fingerprint: str
    graph: Graph
    temperature: float
    by_cues: tuple[str, ...]

    @property
    def codebook(self) -> Codebook:
        """Return the codebook whose codes it gives."""
        return self.judge.codebook

    def extract(self, statements: Sequence[Statement]) -> list[tuple[Claim, ...]]:
        """Return the claims of each statement, in order."""
        texts = [statement.text for statement in statements]
        pairs = list(zip(contexts(statements), texts, strict=True))
        logits = self.graph.all_logits(pairs)
        return [
            self.judge.claims(statement, self.scores(statement, row))
            for statement, row in zip(statements, logits, strict=True)
        ]

    def scores(self, statement: Statement, logits: Sequence[float]) -> dict[str, float]:
        """Return the score of each label: the network's, with the cues' word on listed values."""
        names = labels(self.codebook)
        found = dict(zip(names, probabilities(logits, self.temperature), strict=True))
        cued = cue_scores(statement, self.codebook)
        share = {each.name: self._cue_share(each) for each in self.codebook.attributes}
        for name in names:
            part = share.get(name.split(".")[0], 0.0)
            found[name] = (1 - part) * found[name] + part * cued[name]
        return found

    def _cue_share(self, attribute: Attribute) -> float:
        if attribute.name in self.by_cues:
            return 1.0
        return CUE_SHARE if attribute.many or attribute.separate else 0.0


def probabilities(logits: Sequence[float], temperature: float) -> list[float]:
    """Return the probability of each label."""
    values = 1 / (1 + np.exp(-np.array(logits, dtype=np.float64) / temperature))
    return [float(value) for value in values]


def load_graph(folder: Path) -> Graph:
    """Load the network that lies in a folder."""
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return Graph(
        session=onnxruntime.InferenceSession(
            str(folder / WEIGHTS), options, providers=["CPUExecutionProvider"]
        ),
        tokenizer=prepare(Tokenizer.from_file(str(folder / TOKENIZER))),
    )


def load_trained(codebook: Codebook, fingerprint: str) -> TrainedCoder:
    """Load the coder beside a codebook; raises InvalidCodebook if it was trained for another."""
    folder = codebook.path.parent
    about: Mapping[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    if tuple(about["labels"]) != labels(codebook):
        raise InvalidCodebook(
            f"{codebook.path}: the coder beside it was trained for other codes or values; "
            f"run kb train, or remove {WEIGHTS} to code by cues"
        )
    return TrainedCoder(
        judge=Judge(codebook=codebook, thresholds=about["thresholds"], calibrated=True),
        fingerprint=fingerprint,
        graph=load_graph(folder),
        temperature=about["temperature"],
        by_cues=tuple(about["by_cues"]),
    )
