"""The trained coder: a graph, its tokenizer and its description, beside the codebook."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from kb.codebook import Attribute, Codebook
from kb.errors import InvalidCodebook
from kb.loading import loading
from kb.models import Claim, Statement
from pipelines.extract.answers import Answers, Logits, marked
from pipelines.extract.claims import Judge, Result, Scores
from pipelines.extract.measures import joined
from pipelines.extract.reading import Reach, Window, labels, pieces, places, prepare, tags, windows
from pipelines.extract.rules import cue_scores

WEIGHTS = "coder.onnx"
DESCRIPTION = "coder.json"
TOKENIZER = "tokenizer.json"
FILES = (WEIGHTS, DESCRIPTION, TOKENIZER)
REMEDY = f"run kb train, or remove {WEIGHTS} to code by cues"
MAX_THREADS = 8
CUE_SHARE = 0.3
"""How much cues count beside the network for values of which several may hold; measured."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The network alone: reads one window at a time, so that no other window sways its answers."""

    session: Any
    tokenizer: Any
    reach: Reach = field(default_factory=Reach)

    def read(self, statements: Sequence[Statement]) -> list[Answers]:
        """Return the answers for statements in order, document after document, on all cores."""
        groups = groupby(statements, key=lambda each: each.document_id)
        documents = [pieces(list(own), self.tokenizer) for _, own in groups]
        cut = (each for own in documents for each in windows(own, self.tokenizer, self.reach))
        threads = min(MAX_THREADS, os.cpu_count() or 1)
        with ThreadPoolExecutor(threads) as pool:
            every = [tokens for row in pool.map(self._logits, cut) for tokens in row]
        read = (piece for own in documents for piece in own)
        return [
            Answers(tokens=tokens, spans=piece.spans)
            for tokens, piece in zip(every, read, strict=True)
        ]

    def _logits(self, window: Window) -> list[Logits]:
        inputs = {
            "input_ids": np.array([window.ids], dtype=np.int64),
            "attention_mask": np.ones((1, len(window.ids)), dtype=np.int64),
            "token_type_ids": np.array([window.types], dtype=np.int64),
        }
        found = self.session.run(None, inputs)[0][0]
        return [found[place.start : place.stop] for place in places(window)]


@dataclass(frozen=True, kw_only=True)
class TrainedCoder:
    """Codes statements by a network, and finds figures, and measures it did not mark, by cues.

    `temperature` makes the network's answers into probabilities; `by_cues` names attributes whose
    cues measured better than the network. Of a result whose words are marked, both have a say.
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
        answers = self.graph.read(statements)
        return [self._claims(*pair) for pair in zip(statements, answers, strict=True)]

    def _claims(self, statement: Statement, answers: Answers) -> tuple[Claim, ...]:
        found = self._probabilities(answers.mean())
        if not self.judge.codes(found):
            return ()  # most statements: their cues need not be sought
        scores = self._with_cues(statement, found)
        return self.judge.claims(statement, scores, self.results(statement.text, answers))

    def results(self, text: str, answers: Answers) -> list[Result]:
        """Return the results whose words the network marks in a statement, in order."""
        each = marked(answers, len(labels(self.codebook))) if tags(self.codebook) else []
        found = [
            range(each[own.start].start, each[own[-1]].stop)
            for own in joined(text, [answers.words(place) for place in each])
        ]
        return [
            Result(span=answers.words(place), scores=self._probabilities(answers.mean(place)))
            for place in found
        ]

    def scores(self, statement: Statement, answers: Answers) -> dict[str, float]:
        """Return the score of each label: the network's, with the cues' word on listed values."""
        return self._with_cues(statement, self._probabilities(answers.mean()))

    def _with_cues(self, statement: Statement, found: Scores) -> dict[str, float]:
        share = {each.name: self._cue_share(each) for each in self.codebook.attributes}
        parts = {name: share.get(name.split(".")[0], 0.0) for name in found}
        heard = [name for name, part in parts.items() if part]
        cued = cue_scores(statement, self.codebook, heard)
        return {
            name: (1 - parts[name]) * score + parts[name] * cued.get(name, 0.0)
            for name, score in found.items()
        }

    def _probabilities(self, logits: Sequence[float]) -> dict[str, float]:
        values = 1 / (1 + np.exp(-np.array(logits, dtype=np.float64) / self.temperature))
        return dict(zip(labels(self.codebook), map(float, values), strict=False))

    def _cue_share(self, attribute: Attribute) -> float:
        if attribute.name in self.by_cues:
            return 1.0
        return CUE_SHARE if attribute.many or attribute.separate else 0.0


def load_graph(folder: Path) -> Graph:
    """Load the network that lies in a folder; raises InvalidCodebook if a file is damaged."""
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    with loading(folder / WEIGHTS, InvalidCodebook, REMEDY):
        session = onnxruntime.InferenceSession(
            str(folder / WEIGHTS), options, providers=["CPUExecutionProvider"]
        )
    with loading(folder / TOKENIZER, InvalidCodebook, REMEDY):
        tokenizer = prepare(Tokenizer.from_file(str(folder / TOKENIZER)))
    return Graph(session=session, tokenizer=tokenizer)


def load_trained(codebook: Codebook, fingerprint: str) -> TrainedCoder:
    """Load the coder beside a codebook; raises InvalidCodebook if it was trained for another."""
    folder = codebook.path.parent
    about = _read_description(folder / DESCRIPTION)
    if about["labels"] != (*labels(codebook), *tags(codebook)):
        raise InvalidCodebook(
            f"{codebook.path}: the coder beside it was trained for other codes or values; "
            f"run kb train, or remove {WEIGHTS} to code by cues"
        )
    return TrainedCoder(
        judge=Judge(codebook=codebook, thresholds=about["thresholds"], calibrated=True),
        fingerprint=fingerprint,
        graph=load_graph(folder),
        temperature=about["temperature"],
        by_cues=about["by_cues"],
    )


def _read_description(path: Path) -> Mapping[str, Any]:
    with loading(path, InvalidCodebook, REMEDY):
        about = json.loads(path.read_text("utf-8"))
        return {
            "labels": tuple(about["labels"]),
            "thresholds": {name: float(limit) for name, limit in about["thresholds"].items()},
            "temperature": float(about["temperature"]),
            "by_cues": tuple(about["by_cues"]),
        }
