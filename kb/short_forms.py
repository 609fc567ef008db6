"""What documents say that their short forms stand for, kept and turned into synonyms."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

SYNONYMS_SQL = """
with told as (
  select short, long, count(*) as documents from short_forms
  where document_id not in (select document_id from copies) group by short, long
)
insert or ignore into synonyms select short as words, long as means, documents from told
union all select long, short, documents from told order by documents desc, words, means
"""


def save_short_forms(db: Database, document_id: str, found: Iterable[tuple[str, str]]) -> None:
    """Note the short forms of a document, each with what it stands for."""
    db.table("short_forms").insert_all(
        {"document_id": document_id, "short": short, "long": long} for short, long in found
    )


def add_synonyms(db: Database) -> None:
    """Have short forms and what they stand for mean the same, the most usual first.

    What is there already, since the codebook says so, stays before them.
    """
    db.conn.execute(SYNONYMS_SQL)
