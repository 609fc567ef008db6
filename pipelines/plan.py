"""What a build has to do: the files against what the database already holds of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from kb.models import Bibliography, Unread
from pipelines.files import File, is_under, printable

READERS = ("pypdfium2", "trafilatura", "mammoth", "markdown-it-py", "lxml", "spacy")
"""The packages whose versions decide what text is read."""

COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database knows of one file: `id` is its document's, None where it was unread."""

    file: str
    name: str
    sha256: str
    read_by: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to read and what to forget; `read_by` says for each path by what it is read now."""

    read: tuple[File, ...]
    copies: tuple[tuple[File, Unread], ...]
    gone: tuple[str, ...]
    forgotten: tuple[str, ...]
    unchanged: int
    read_by: Mapping[Path, str]

    def is_empty(self) -> bool:
        """Say whether nothing is to be done."""
        return not (self.read or self.copies or self.gone or self.forgotten)


def make_plan(
    db: Database | None,
    files: Sequence[File],
    known: Mapping[Path, Bibliography],
    roots: Sequence[Path],
) -> Plan:
    """Compare files with the database, of which only what lies under `roots` is forgotten."""
    code = reading_version()
    read_by = {file.path: reading_key(code, known.get(file.path)) for file in files}
    stored = list(iter_stored(db)) if db else []
    elsewhere = {s.sha256: s.name for s in stored if s.id and is_elsewhere(s, roots)}
    owners, copies = split_copies(files, elsewhere)
    wanted = {(printable(str(f.path)), f.name, f.sha256, read_by[f.path]) for f in owners}
    wanted |= {(printable(str(f.path)), f.name, f.sha256, COPY) for f, _ in copies}
    have = {key_of(s) for s in stored}
    stale = [s for s in stored if key_of(s) not in wanted and not is_elsewhere(s, roots)]
    fresh = [
        f for f in owners if (printable(str(f.path)), f.name, f.sha256, read_by[f.path]) not in have
    ]
    return Plan(
        read=tuple(fresh),
        copies=tuple(
            (f, unread)
            for f, unread in copies
            if (printable(str(f.path)), f.name, f.sha256, COPY) not in have
        ),
        gone=tuple(s.id for s in stale if s.id),
        forgotten=tuple(s.name for s in stale if not s.id),
        unchanged=sum(1 for s in stored if s.id and key_of(s) in wanted),
        read_by=read_by,
    )


def key_of(stored: Stored) -> tuple[str, str, str, str]:
    """Give what must be the same for a file not to be read again."""
    return stored.file, stored.name, stored.sha256, stored.read_by


def is_elsewhere(stored: Stored, roots: Sequence[Path]) -> bool:
    """Say whether a file is none of this build's business, but still there."""
    return not is_under(stored.file, roots) and Path(stored.file).exists()


def split_copies(
    files: Sequence[File], elsewhere: Mapping[str, str]
) -> tuple[list[File], list[tuple[File, Unread]]]:
    """Part the first file of each content from those that repeat it."""
    owners: list[File] = []
    copies: list[tuple[File, Unread]] = []
    first = dict(elsewhere)
    for file in files:
        if file.sha256 and file.sha256 in first:
            reason = f"has the same content as {first[file.sha256]}, which is read in its place"
            copies.append((file, Unread(path=file.name, sha256=file.sha256, reason=reason)))
        else:
            first[file.sha256] = file.name
            owners.append(file)
    return owners, copies


def iter_stored(db: Database) -> Iterator[Stored]:
    """Yield what the database knows of each file."""
    sql = """select s.file, d.path as name, d.sha256, s.read_by, d.id
             from stages s join documents d on d.id = s.document_id
             union all
             select s.file, u.path, u.sha256, s.read_by, null
             from unread_stages s join unread u on u.path = s.path"""
    for row in db.query(sql):
        yield Stored(**row)


def reading_key(code: str, known: Bibliography | None) -> str:
    """Name what decides how a file is read: the code, and what is known of it beforehand."""
    return hashlib.sha256(f"{code} {known!r}".encode()).hexdigest()[:16]


def reading_version() -> str:
    """Give a hash of the code and data of parsing and segmenting, and of what they stand on."""
    here = Path(__file__).parent
    sources = [*here.glob("parse/**/*"), *here.glob("se*.py"), *here.glob("*.yml")]
    sha = hashlib.sha256()
    for source in sorted(sources):
        if source.suffix in {".py", ".yml"}:
            sha.update(source.read_bytes())
    for package in READERS:
        sha.update(f"{package}={version(package)}".encode())
    return sha.hexdigest()
