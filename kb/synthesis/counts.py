"""Counts over all claims, kept in a published base, where nothing changes any more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from kb.synthesis.sql import Parameters

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A question of SQL, whose answer is small but takes seconds to count over many claims."""

    sql: str
    parameters: Parameters

    @property
    def key(self) -> str:
        """Give the words of the question, by which its answer is kept."""
        return f"{self.sql}\n{json.dumps(self.parameters, sort_keys=True)}"


def count(db: Database, question: Count) -> list[Row]:
    """Give the rows of an answer: those kept, or else those counted now."""
    sql = "select rows from kept_counts where question = ?"
    for (rows,) in db.conn.execute(sql, [question.key]):
        return [tuple(row) for row in json.loads(rows)]
    return db.conn.execute(question.sql, question.parameters).fetchall()


def keep(db: Database, questions: Iterable[Count]) -> None:
    """Count the answers of some questions, and keep them in place of those kept before."""
    db.conn.execute("delete from kept_counts")
    for each in questions:
        row = (each.key, json.dumps(count(db, each)))
        db.conn.execute("insert or ignore into kept_counts values (?, ?)", row)
    db.conn.commit()
