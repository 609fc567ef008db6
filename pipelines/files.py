"""Which files a build looks at, and how they are named in the database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KbError
from kb.paths import real_path
from kb.search.sidecar import ENDING

PASSED_OVER = {"sources.yml", "readme.md", "thumbs.db", "desktop.ini"}
"""Names of files that are no documents wherever they lie."""

BESIDE = (
    "",
    ".part",
    "-journal",
    "-wal",
    "-shm",
    ".part-journal",
    ".part-wal",
    ".part-shm",
    ENDING,
)
"""How the names go on of what lies beside a database and is its own."""

LARGEST = 300 * 10**6
"""Bytes; a larger file is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file to read: where it is on this machine, and its name in the database.

    `name` begins with the folder that was given, not with what lies above it, so that the same
    input has the same names wherever it lies.
    """

    path: Path
    name: str
    sha256: str

    @property
    def key(self) -> str:
        """Give the path as the database notes it."""
        return printable(str(self.path))

    @property
    def is_closed_folder(self) -> bool:
        """Say whether this stands for a folder that cannot be entered."""
        return not self.sha256 and self.path.is_dir()


def find_files(paths: Sequence[Path], target: Path) -> list[File]:
    """List the files under the given paths, in the order of their names.

    Hidden ones are left out, and so are the database that is built, its own files beside it, and
    the indexes of other databases. Raises KbError for a path that does not exist.
    """
    target = real_path(target)
    own = {target.with_name(target.name + ending) for ending in BESIDE}
    found: dict[Path, File] = {}
    for root in sorted(map(existing, paths), key=lambda path: len(path.parts)):
        for path in sorted(iter_paths(root)):
            if path not in own and not is_link_to(path, target):
                found.setdefault(path, to_file(path, root))
    return sorted(found.values(), key=lambda file: (file.name, file.path))


def existing(path: Path) -> Path:
    """Give where a path that must exist leads; raises KbError."""
    root = real_path(path)
    if not root.exists():
        raise KbError(f"There is no file or folder {path}")
    return root


def is_link_to(path: Path, target: Path) -> bool:
    """Say whether a path is a link that leads to a file."""
    return path.is_symlink() and os.path.realpath(path) == str(target)


def iter_paths(root: Path) -> Iterator[Path]:
    """Yield the files at or below a path, and folders that cannot be entered.

    Folders behind symbolic links are not entered.
    """
    if root.is_file():
        yield root
        return
    closed: list[Path] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda error: closed.append(Path(error.filename))
    ):
        folders[:] = [
            name for name in folders if not (name.startswith(".") or name.endswith(ENDING))
        ]
        for name in names:
            path = Path(folder, name)
            # a pipe or a socket would never end; a broken link is worth a word
            if is_wanted(name) and (path.is_file() or path.is_symlink()):
                yield path
    yield from closed


def is_wanted(name: str) -> bool:
    """Say whether a file of this name may be a document."""
    return not name.startswith((".", "~$")) and name.lower() not in PASSED_OVER


def to_file(path: Path, root: Path) -> File:
    """Name and hash a file; one that cannot be opened, or is not read, has an empty hash."""
    name = printable(path.relative_to(root.parent).as_posix())
    sha256 = ""
    try:
        # a link may lead to a pipe or a device, which never ends
        if path.is_file() and path.stat().st_size <= LARGEST:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        sha256 = ""
    return File(path=path, name=name, sha256=sha256)


def printable(path: str) -> str:
    """Give a path as text; bytes that are not UTF-8, and control characters, are spelt out."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_under(path: str, roots: Sequence[Path]) -> bool:
    """Say whether a path lies at or below one of the given ones; all are resolved paths."""
    return any(Path(path).is_relative_to(root) for root in roots)
