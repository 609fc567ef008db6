"""How good the coding is: what was measured of the coder that lies beside a codebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from kb.codebook_files import codebook_file

DESCRIPTION = "coder.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares from 0 to 1: `precision` of what is coded, `recall` of what should be."""

    precision: float
    recall: float
    f1: float
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the coder did on a set of documents, in all and by code."""

    name: str
    documents: int
    statements: int
    overall: Figures
    by_code: Mapping[str, Figures]


def read_measured(db: Database) -> tuple[Measured, ...]:
    """Give what was measured of the coder that ships with a base's codebook.

    Nothing where there is none, or where it was measured for another version of the codebook.
    """
    sql = "select codebook_sha256 from builds order by id desc limit 1"
    sha256 = next(iter(db.conn.execute(sql).fetchone() or [""]))
    path = codebook_file(db, DESCRIPTION)
    if path is None:
        return ()
    about = json.loads(path.read_text("utf-8"))
    if about.get("codebook_sha256") != sha256:
        return ()
    return tuple(measured(name, scores) for name, scores in about["scores"].items())


def measured(name: str, scores: Mapping[str, Any]) -> Measured:
    """Give the figures of one set of documents."""
    by_code = {code: figures(row, row["gold"]) for code, row in scores["per_code"].items()}
    return Measured(
        name=name,
        documents=scores["documents"],
        statements=scores["units"],
        overall=figures(scores["micro"], scores["units"]),
        by_code=by_code,
    )


def figures(row: Mapping[str, Any], statements: int) -> Figures:
    """Give the figures of one row of scores."""
    return Figures(
        precision=row["precision"], recall=row["recall"], f1=row["f1"], statements=statements
    )
