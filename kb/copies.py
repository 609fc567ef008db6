"""Documents that say the same: versions, and copies told by their sketches."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sqlite_utils import Database

from kb.errors import NoSuchId
from kb.store import delete_claims, get_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """By what a document can be told to be a copy; `least` are the least hashes of its words."""

    id: str
    title: str
    year: int | None
    doi: str | None
    words: int
    least: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A document that says what another says; `likeness` is the share of words they have alike."""

    document_id: str
    main_id: str
    likeness: float


LIKENESS_SQL = """
select d.id, d.title, d.year, d.doi, d.words, s.least
from documents d join sketches s on s.document_id = d.id order by d.id
"""
UNSKETCHED_SQL = """
select id from documents where id not in (select document_id from sketches) order by id
"""
EXACT_SQL = "select id from documents where :given in (id, path) order by path, id"
NAMED_SQL = """
select id from documents where path = :name or substr(path, -length(:name) - 1) = '/' || :name
order by path, id
"""


def find_document(db: Database, given: str) -> str | None:
    """Find a document by id or path, or else by its bare file name, if only one has that.

    For a copy it is the document that stands for it, which has the same words and is coded. None
    if there is none; raises NoSuchId, naming them, if it may be several.
    """
    ids = [row[0] for row in db.conn.execute(EXACT_SQL, {"given": given})]
    if not ids:
        rows = db.conn.execute(NAMED_SQL, {"name": PurePath(given).name})
        ids = [row[0] for row in rows]
    main = dict(db.conn.execute("select document_id, main_id from copies").fetchall())
    found = list(dict.fromkeys(main.get(id, id) for id in ids))
    if len(found) > 1:
        paths = dict(db.conn.execute("select id, path from documents").fetchall())
        named = " or ".join(f"{paths[id]} ({id})" for id in ids)
        raise NoSuchId(f"{given} may be {named}: name it by its path or id")
    return found[0] if found else None


def get_unsketched(db: Database) -> Iterator[tuple[str, str]]:
    """Yield id and text of the documents that have no sketch."""
    for (id,) in db.conn.execute(UNSKETCHED_SQL).fetchall():
        yield id, get_text(db, id)


def save_sketches(db: Database, sketches: Iterable[tuple[str, tuple[int, ...]]]) -> None:
    """Note sketches by document."""
    db.table("sketches").insert_all(
        {"document_id": id, "least": struct.pack(f"<{len(least)}Q", *least)}
        for id, least in sketches
    )


def get_likenesses(db: Database) -> list[Likeness]:
    """Give by what each document can be told to be a copy."""
    return [
        Likeness(**row | {"least": struct.unpack(f"<{len(row['least']) // 8}Q", row["least"])})
        for row in db.query(LIKENESS_SQL)
    ]


def save_copies(db: Database, copies: Iterable[Copy]) -> None:
    """Put these copies in the place of those that were there; the claims of a copy go."""
    with db.atomic():
        db.conn.execute("delete from copies")
        for copy in copies:
            db.table("copies").insert(
                {
                    "document_id": copy.document_id,
                    "main_id": copy.main_id,
                    "likeness": copy.likeness,
                }
            )
            delete_claims(db, copy.document_id)
            db.conn.execute(
                "update stages set coded_by = '' where document_id = ?", [copy.document_id]
            )


def save_versions(db: Database, older: Mapping[str, Sequence[str]]) -> None:
    """Note which earlier versions, by sha256, documents have replaced; `older` goes by file."""
    for document_id, file in db.conn.execute("select document_id, file from stages").fetchall():
        if file in older:
            db.conn.execute("delete from versions where document_id = ?", [document_id])
            db.table("versions").insert_all(
                {"document_id": document_id, "ordinal": ordinal, "sha256": sha256}
                for ordinal, sha256 in enumerate(older[file], 1)
            )
