"""Images of the pages of a document, made of the very file it was read from."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlite_utils import Database

from kb import pdf_page
from kb.digests import file_sha256
from kb.errors import FileMissing, NoSuchId

PATIENCE = 60
"""Seconds by the clock that a page may take; it may compute for fewer."""
LARGEST = 500_000_000
"""Bytes of a file; what is larger is not read."""
ROOM = 200_000_000
"""Bytes that the kept images of a folder may take together."""

FAILED: set[tuple[str, str]] = set()
"""What this process could not draw, and does not try again: the file's sha256 and what of it."""

FILE_SQL = """
select d.path, d.sha256, d.pages, s.file from documents d
left join stages s on s.document_id = d.id where d.id = ?
"""

Size = tuple[float, float]
"""Width and height of a page in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """A document's file: its name, where it may lie, and the sha256 of its bytes."""

    name: str
    places: tuple[Path, ...]
    sha256: str
    pages: int


def document_file(db: Database, document_id: str) -> DocumentFile | None:
    """Give the file of a document that has pages, None for one without; raises NoSuchId.

    It lies where the build read it, or under its name beside the database.
    """
    row = db.conn.execute(FILE_SQL, [document_id]).fetchone()
    if row is None:
        raise NoSuchId(f"No document has the id {document_id}; the home page lists them")
    path, sha256, pages, file = row
    if not pages:
        return None
    places = [Path(file)] if file else []
    beside = db.conn.execute("pragma database_list").fetchone()[2]
    if beside:
        places += inside(Path(beside).parent, path)
    return DocumentFile(name=path, places=tuple(places), sha256=sha256, pages=pages)


def inside(folder: Path, name: str) -> list[Path]:
    """Give the path of a name in a folder, none if it leads out of it."""
    path = (folder / name).resolve()
    return [path] if path.is_relative_to(folder.resolve()) else []


def find_file(file: DocumentFile) -> Path:
    """Give where the very file lies that was read; raises FileMissing."""
    there = [path for path in file.places if is_readable(path)]
    for path in there:
        status = path.stat()
        if digest_of(path, status.st_size, status.st_mtime_ns) == file.sha256:
            return path
    if there:
        raise FileMissing(
            f"{file.name} has changed since it was read; build again to see its pages"
        )
    raise FileMissing(f"{file.name} is not on this machine, so its pages cannot be shown")


def is_readable(path: Path) -> bool:
    """Say whether a path is a plain file of a bearable size."""
    with suppress(OSError, ValueError):
        return path.is_file() and path.stat().st_size <= LARGEST and os.access(path, os.R_OK)
    return False


@lru_cache(maxsize=1000)
def digest_of(path: Path, size: int, modified: int) -> str:
    """Give the sha256 of a file; size and time of change tell whether it is still the same."""
    return file_sha256(path)


def page_sizes(file: DocumentFile, folder: Path) -> list[Size]:
    """Give the size of each page as it is shown; raises FileMissing, also if it was found before.

    `folder` keeps what was found out, as it keeps the images.
    """
    find_file(file)
    kept = folder / f"{file.sha256}.json"
    content = read_kept(kept)
    if content is None:
        content = drawn(file, "sizes")
        keep(kept, content)
    return [(width, height) for width, height in json.loads(content)]


def page_image(file: DocumentFile, page: int, folder: Path) -> bytes:
    """Give a page, counted from 1, as PNG; raises FileMissing and NoSuchId.

    `folder` keeps the images of up to `ROOM` bytes, those that were asked for last.
    """
    if not 1 <= page <= file.pages:
        raise NoSuchId(f"{file.name} has no page {page}; it has {file.pages}")
    kept = folder / f"{file.sha256}-{page}-{pdf_page.WIDTH}.png"
    content = read_kept(kept)
    if content is None:
        content = drawn(file, str(page))
        keep(kept, content)
    return content


def drawn(file: DocumentFile, what: str) -> bytes:
    """Have a process of its own read the file: one that crashes or stalls harms nobody else."""
    with find_file(file).open("rb") as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileMissing(f"{file.name} has changed since it was read; build again")
    if (file.sha256, what) in FAILED:
        raise FileMissing(f"{file.name} cannot be drawn, so it is not shown")
    command = [sys.executable, "-I", str(Path(pdf_page.__file__)), what]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        FAILED.add((file.sha256, what))
        raise FileMissing(f"{file.name} cannot be drawn, so it is not shown") from error
    return done.stdout


def read_kept(path: Path) -> bytes | None:
    """Give what is kept, None if it is not, and note that it was asked for."""
    with suppress(OSError):
        content = path.read_bytes()
        with suppress(OSError):
            os.utime(path)
        return content
    return None


def keep(path: Path, content: bytes) -> None:
    """Keep a file, and drop those that were not asked for the longest; without room, keep none."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
        for old in list(surplus(path.parent.iterdir(), ROOM)):
            old.unlink(missing_ok=True)


def surplus(paths: Iterable[Path], room: int) -> Iterator[Path]:
    """Yield the files to drop so that the others, changed last, have room."""
    found = []
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size, path))
    used = 0
    for _, size, path in sorted(found, reverse=True):
        used += size
        if used > room:
            yield path
