"""Holds how well a coder does: `python -m pipelines.training.floor [--lower] [CODEBOOK]`.

It codes the written documents that were held out, as the coder's description lists them, and
writes F1 less a margin into `floor.json`. A test fails where the coder falls below that. Without
`--lower` no floor is lowered.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.codebook import Codebook, load_codebook
from pipelines.evaluate.gold import GoldUnit
from pipelines.evaluate.scores import Coder, Scores, code_gold, evaluate
from pipelines.extract import load_extractor
from pipelines.extract.model import DESCRIPTION
from pipelines.training.examples import gold_of, written_rows

FLOOR = "floor.json"
LOWER = "--lower"
MARGIN = 0.02
"""An int8 graph does not answer quite alike on all processors."""

Floor = Mapping[str, Any]
"""`micro` and each code with the F1 it may not fall below, and the digest of what was measured."""


def held_out_gold(codebook: Codebook) -> list[GoldUnit]:
    """Return the written units that the coder beside a codebook was not to learn from."""
    about = json.loads((codebook.path.parent / DESCRIPTION).read_text("utf-8"))
    held = set(about["held_out"]["written"])
    return gold_of([row for row in written_rows(codebook) if row["doc"] in held], codebook)


def measured(gold: Sequence[GoldUnit], coder: Coder, codebook: Codebook) -> Scores:
    """Score a coder on gold."""
    return evaluate(gold, code_gold(gold, coder), codebook)


def read_floor(codebook: Codebook) -> Floor:
    """Read the floor beside a codebook; nothing is held where there is none."""
    path = floor_path(codebook)
    found: Floor = json.loads(path.read_text("utf-8")) if path.is_file() else {"f1": {}}
    return found


def floor_path(codebook: Codebook) -> Path:
    """Return where the floor of a codebook lies."""
    return codebook.path.parent / FLOOR


def floor_of(scores: Scores, gold: Sequence[GoldUnit]) -> Floor:
    """Return the floor that scores allow to be held."""
    held = {name: _floored(max(0.0, f1 - MARGIN)) for name, f1 in _f1s(scores).items()}
    return {"f1": held, "gold_sha256": digest(gold)}


def below(scores: Scores, floor: Floor) -> list[str]:
    """Say what lies below its floor."""
    found = _f1s(scores)
    return [
        f"{name}: F1 {found[name]:.3f} is below its floor of {least:.2f}"
        for name, least in floor["f1"].items()
        if found[name] < least
    ]


def lowered(new: Floor, old: Floor) -> list[str]:
    """Say what a new floor would lower; floors of other documents or codes are not compared."""
    if new["gold_sha256"] != old.get("gold_sha256"):
        return []
    return [
        f"{name} from {least:.2f} to {new['f1'][name]:.2f}"
        for name, least in old["f1"].items()
        if new["f1"][name] < least
    ]


def digest(gold: Sequence[GoldUnit]) -> str:
    """Return a digest of the words and codes of gold."""
    lines = (json.dumps([unit.document, unit.text, sorted(unit.codes)]) for unit in gold)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main() -> None:
    """Measure the coder of a codebook, by default that of integrated care, and hold its figures."""
    codebook = load_codebook(*[each for each in sys.argv[1:] if each != LOWER][:1])
    gold = held_out_gold(codebook)
    floor = floor_of(measured(gold, load_extractor(codebook), codebook), gold)
    lost = lowered(floor, read_floor(codebook))
    if lost and LOWER not in sys.argv:
        sys.exit(f"This would lower {', '.join(lost)}; say why in the changelog, and add {LOWER}")
    floor_path(codebook).write_text(json.dumps(floor, indent=1) + "\n", "utf-8")


def _f1s(scores: Scores) -> dict[str, float]:
    return {"micro": scores.micro.f1, **{name: row.f1 for name, row in scores.per_code.items()}}


def _floored(figure: float) -> float:
    # what is a hundredth but for the last bit of a float is that hundredth
    return math.floor(round(100 * figure, 6)) / 100


if __name__ == "__main__":
    main()
