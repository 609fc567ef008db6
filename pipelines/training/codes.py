"""Writes the codes of real statements without a word of them.

`python -m pipelines.training.codes REAL.jsonl > real-codes.jsonl`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.codebook import Codebook, load_codebook
from pipelines.evaluate.gold import Row
from pipelines.training.examples import read_rows, without_text


def code_lines(rows: Sequence[Row], codebook: Codebook) -> Iterator[str]:
    """Yield a line for each unit: the digest of its words, its codes and values."""
    for row in rows:
        yield json.dumps(without_text(row, codebook), separators=(",", ":")) + "\n"


def main() -> None:
    """Print the codes of the units in a file, by the codebook of integrated care or another."""
    path, *codebook = sys.argv[1:3]
    sys.stdout.writelines(code_lines(read_rows([Path(path)]), load_codebook(*codebook)))


if __name__ == "__main__":
    main()
