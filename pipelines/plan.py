"""What a build has to do: the files against what the database already holds of them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from kb.models import Bibliography, Unread
from pipelines.files import File, is_under
from pipelines.tesseract import ocr_version

READERS = (
    "pypdfium2", "trafilatura", "mammoth", "markdown-it-py", "mdit-py-plugins", "lxml",
    "symspellpy",
)  # fmt: skip
"""The packages whose versions decide what text is read."""

SEGMENTING = (
    *("tesseract.py", "segment.py", "sentences.py", "abbreviations.yml", "short_forms.py"),
    *("run_in.py", "run_in.yml", "listings.py", "listings.yml"),
)

PASSING = ""
"""Stands for what read a file where reading it again may well come to more: the next build does."""

COPY = "copy"
"""Stands for what read a file that was not read, because it repeats another."""


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
    """What is to be read, noted as a copy and forgotten; `gone` are files that are there no more.

    `read_by` says for each file by what it is read now, `unchanged` counts documents.
    """

    read: tuple[File, ...]
    copies: tuple[tuple[File, Unread], ...]
    gone: tuple[Stored, ...]
    unchanged: int
    read_by: Mapping[Path, str]

    def is_empty(self) -> bool:
        """Say whether nothing is to be done."""
        return not (self.read or self.copies or self.gone)


def make_plan(
    db: Database,
    files: Sequence[File],
    known: Mapping[Path, Bibliography],
    roots: Sequence[Path],
) -> Plan:
    """Compare files with the database, of which only what lies under `roots` is forgotten."""
    code = reading_version()
    stored = list(iter_stored(db))
    here = [root.resolve() for root in roots]
    elsewhere = [each for each in stored if not is_under(each.file, here)]
    files = with_their_names([*files, *freed_copies(stored, elsewhere, files)], stored)
    read_by = {file.path: reading_key(code, known.get(file.path)) for file in files}
    have = {(s.file, s.name, s.sha256, current(s.read_by)): s.id for s in stored}
    keys = {f.path: (f.key, f.name, f.sha256, read_by[f.path]) for f in files}
    in_vain = {path for path, key in keys.items() if key in have and have[key] is None}
    owners, copies = split_copies(files, owned(elsewhere), in_vain)
    fresh = [file for file in owners if keys[file.path] not in have]
    there = {file.key for file in files}
    left = there - {file.key for file in fresh} - {file.key for file, _ in copies}
    # what lies in a folder that cannot be entered was not found, but is not gone
    kept = [file.path for file in files if file.is_closed_folder]
    return Plan(
        read=tuple(fresh),
        copies=tuple((f, c) for f, c in copies if (f.key, f.name, f.sha256, COPY) not in have),
        gone=tuple(
            s
            for s in stored
            if s.file not in there and is_under(s.file, here) and not is_under(s.file, kept)
        ),
        unchanged=sum(1 for s in stored if s.id and s.file in left),
        read_by=read_by,
    )


def with_their_names(files: Sequence[File], stored: Sequence[Stored]) -> list[File]:
    """Let files keep the longest name they ever had, whichever folder is given this time."""
    names = {each.file: each.name for each in stored}
    named = [replace(file, name=longer(file.name, names.get(file.key, ""))) for file in files]
    return sorted(named, key=lambda file: (file.name, file.path))


def longer(name: str, stored: str) -> str:
    """Give the stored name if it says more of the same path."""
    return stored if stored.endswith("/" + name) else name


def freed_copies(
    stored: Sequence[Stored], elsewhere: Sequence[Stored], files: Sequence[File]
) -> list[File]:
    """Give the copies in other folders whose original is there no more."""
    there = {file.key for file in files} | {each.file for each in elsewhere}
    kept = {each.sha256 for each in stored if each.id and each.file in there}
    return [
        File(path=Path(each.file), name=each.name, sha256=each.sha256)
        for each in elsewhere
        if each.read_by == COPY and each.sha256 not in kept and Path(each.file).exists()
    ]


def owned(elsewhere: Sequence[Stored]) -> dict[str, str]:
    """Give the contents of documents that are still there, with their names."""
    return {s.sha256: s.name for s in elsewhere if s.id and Path(s.file).exists()}


def earlier_roots(db: Database) -> list[Path]:
    """Give the folders and files that earlier builds were given, as far as they are still there."""
    sql = "select s.file, d.path from stages s join documents d on d.id = s.document_id"
    try:
        roots = {root_of(Path(file), name) for file, name in db.conn.execute(sql)}
    except sqlite3.OperationalError:  # of a version that did not note them
        return []
    return sorted(root for root in roots if root.exists())


def root_of(path: Path, name: str) -> Path:
    """Give the path that was given when a file got its name, which begins with its last part."""
    inside = name.count("/")
    return path.parents[inside - 1] if inside else path


def split_copies(
    files: Sequence[File], elsewhere: Mapping[str, str], in_vain: Container[Path]
) -> tuple[list[File], list[tuple[File, Unread]]]:
    """Part the first file of each content from those that repeat it.

    One that was read in vain, perhaps for its suffix, does not keep others from being read.
    """
    owners: list[File] = []
    copies: list[tuple[File, Unread]] = []
    first = dict(elsewhere)
    for file in files:
        if file.sha256 and file.sha256 in first:
            reason = f"has the same content as {first[file.sha256]}, which is read in its place"
            copies.append((file, Unread(path=file.name, sha256=file.sha256, reason=reason)))
        else:
            owners.append(file)
            if file.path not in in_vain:
                first[file.sha256] = file.name
    return owners, copies


def iter_stored(db: Database) -> Iterator[Stored]:
    """Yield what the database knows of each file."""
    sql = """select s.file, d.path as name, d.sha256, s.read_by, d.id
             from stages s join documents d on d.id = s.document_id
             union all
             select s.file, u.path, u.sha256, s.read_by, null
             from unread_stages s join unread u on u.id = s.unread_id"""
    for row in db.query(sql):
        yield Stored(**row)


def with_ocr(read_by: str) -> str:
    """Note that what came of a file hangs on this machine's Tesseract too."""
    return f"{read_by}+{ocr_version()}"


def current(read_by: str) -> str:
    """The key without what it says of Tesseract, unless another one is here now, or none."""
    return read_by.removesuffix(f"+{ocr_version()}") if "+" in read_by else read_by


def reading_key(code: str, known: Bibliography | None) -> str:
    """Name what decides how a file is read: the code, and what is known of it beforehand."""
    return hashlib.sha256(f"{code} {known!r}".encode()).hexdigest()[:16]


@cache
def reading_version() -> str:
    """Give a hash of the code and data of reading, and of the packages that it stands on."""
    here = Path(__file__).parent
    sources = [*here.glob("parse/**/*"), *here.glob("cite/*")]
    sources += [here / name for name in SEGMENTING]
    sha = hashlib.sha256()
    for source in sorted(sources):
        if source.suffix in {".py", ".yml"}:
            sha.update(source.read_bytes())
    for package in READERS:
        sha.update(f"{package}={version(package)}".encode())
    return sha.hexdigest()
