"""Which pages could not be read, and by what."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from kb.models import ReadBy, UnreadPages

NOT_READ = "read_by in ('nothing', 'failed', 'damaged') or (read_by = 'ocr' and words = 0)"


def get_unread_pages(db: Database) -> UnreadPages:
    """Give the pages that could not be read of documents that could."""
    sql = f"""with unread as materialized (select * from pages where {NOT_READ}),
             several as (select path from documents group by path having count(*) > 1)
             select d.path || iif(d.path in several, ' (' || d.id || ')', ''), p.read_by, p.page
             from unread p join documents d on d.id = p.document_id
             order by d.path, d.id, p.page"""
    found: dict[str, list[tuple[ReadBy, int]]] = {}
    for name, read_by, page in db.conn.execute(sql):
        found.setdefault(name, []).append((read_by, page))
    return {name: by_reading(pages) for name, pages in found.items()}


def get_unread_pages_of(db: Database, document_id: str) -> dict[ReadBy, tuple[int, ...]]:
    """Give the pages of one document that could not be read, by how that was tried."""
    sql = f"""select read_by, page from pages where document_id = ? and ({NOT_READ})
             order by page"""
    return by_reading(db.conn.execute(sql, [document_id]))


def by_reading(pages: Iterable[tuple[ReadBy, int]]) -> dict[ReadBy, tuple[int, ...]]:
    """Give the numbers of pages by how they were read, in order."""
    found: dict[ReadBy, list[int]] = {}
    for read_by, page in pages:
        found.setdefault(read_by, []).append(page)
    return {read_by: tuple(numbers) for read_by, numbers in found.items()}
