"""Where the files that belong to a knowledge base's codebook lie."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from kb.codebook import FILE_NAME, SHIPPED


def codebook_folders(db: Database) -> list[Path]:
    """Give the folders of a base's codebook: where it was built, and that of its name that ships.

    What lies in the first is meant. A base from elsewhere has the second at most.
    """
    sql = "select codebook, codebook_path from builds order by id desc limit 1"
    name, path = db.conn.execute(sql).fetchone() or ("", "")
    built = [Path(path)] if path else []
    shipped = [SHIPPED / name / FILE_NAME] if name else []
    return [each.parent for each in (*built, *shipped) if is_there(each)]


def codebook_file(db: Database, name: str) -> Path | None:
    """Give a file that belongs to a base's codebook, None if there is none."""
    path = next((folder / name for folder in codebook_folders(db)), None)
    return path if path and is_there(path) else None


def is_there(path: Path) -> bool:
    """Say whether a file is there that may be looked at."""
    try:
        return path.is_file()
    except OSError:  # in somebody else's folder, or by a name that is too long
        return False
