"""Publish: index, label, count and check a filled database before it replaces the old one."""

from __future__ import annotations

import platform
import sqlite3
from datetime import UTC, datetime

from sqlite_utils import Database

from kb import __version__
from kb.codebook import Codebook
from kb.errors import Unsound
from kb.integrity import problems
from kb.questions import load_questions
from kb.second import forget_lost
from kb.store import delete_unnamed
from kb.tables import fill_lookups
from kb.vocabulary import Vocabulary

COUNTED = ("documents", "passages", "statements", "claims", "unread")


def publish(
    db: Database,
    codebook: Codebook,
    vocabulary: Vocabulary | None,
    *,
    coder: str,
    encoder: str,
) -> None:
    """Finish a database; raises Unsound, naming what is wrong, rather than publish it."""
    fill_lookups(db, codebook, vocabulary.kinds if vocabulary else ())
    delete_unnamed(db)
    forget_lost(db)
    db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
    db.conn.execute(
        "insert into statements_fts(statements_fts, rank) values ('integrity-check', 1)"
    )
    db.conn.commit()
    if found := problems(db):
        raise Unsound(f"{len(found)} promises are broken, nothing was published: {found[0]}")
    save_build(db, codebook, coder=coder, encoder=encoder)
    db.conn.execute("analyze")
    db.conn.commit()


def save_build(db: Database, codebook: Codebook, *, coder: str, encoder: str) -> None:
    """Note what was built, when, and by which versions."""
    db.table("builds").insert(
        {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "codebook": codebook.name,
            "codebook_sha256": codebook.sha256,
            "codebook_path": str(codebook.path.resolve()),
            "coder": coder,
            "encoder": encoder,
            "questions": load_questions(codebook).sha256,
            **{table: db[table].count for table in COUNTED},
        }
    )
