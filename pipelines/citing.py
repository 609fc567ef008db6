"""Settle which works all documents together cite, and write them down."""

from __future__ import annotations

from sqlite_utils import Database

from kb.cited import get_citations, get_identities, save_works
from pipelines.cite.works import same_works


def settle_works(db: Database) -> None:
    """Recognise the same work across documents, from all entries; a work that none cites goes."""
    save_works(db, *same_works(get_citations(db), get_identities(db)))
