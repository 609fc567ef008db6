"""Coding: statements go in, claims come out; what codes them is an argument to the build."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from kb.codebook import Codebook
from kb.figures import FILES as FIGURES
from kb.models import Claim, Statement
from pipelines.extract.measures import FILE as MEASURES
from pipelines.extract.model import FILES, load_trained
from pipelines.extract.rules import CueCoder

__all__ = ["Extractor", "coder_fingerprint", "load_extractor"]


class Extractor(Protocol):
    """Whatever codes statements; `fingerprint` changes whenever its answers may change."""

    @property
    def fingerprint(self) -> str:
        """Return a digest of the codebook, the weights and the code."""

    def extract(self, statements: Sequence[Statement]) -> list[tuple[Claim, ...]]:
        """Return the claims of each statement of one document, which come in reading order."""


def load_extractor(codebook: Codebook) -> Extractor:
    """Load the trained coder that lies beside a codebook, else one that goes by its cues."""
    fingerprint = coder_fingerprint(codebook)
    if _is_trained(codebook):
        return load_trained(codebook, fingerprint)
    return CueCoder(codebook=codebook, fingerprint=fingerprint)


def coder_fingerprint(codebook: Codebook) -> str:
    """Return the fingerprint that `load_extractor` would give, without loading a model."""
    code = [*sorted(Path(__file__).parent.glob("*.py")), MEASURES, *FIGURES]
    model = [codebook.path.parent / name for name in FILES] if _is_trained(codebook) else []
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*code, *model)]
    return hashlib.sha256("\n".join([codebook.sha256, *digests]).encode()).hexdigest()


def _is_trained(codebook: Codebook) -> bool:
    return all((codebook.path.parent / name).is_file() for name in FILES)
