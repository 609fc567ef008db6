"""Replacing what we once wrote into a folder, at once, and nothing that others put there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import KbError

MANIFEST = ".evidence-kb.json"
"""Names what we wrote: all that a later run may replace."""

NEW, OLD = ".evidence-kb-new", ".evidence-kb-old"
"""What is being written and what it replaces lie in the folder itself, which may be all that we may
write of a file system."""


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write in; what is there at the end takes the place of what was ours.

    Files of others stay. Raises KbError for a folder that holds files, none of them ours, or one
    that is in the way. If anything fails, the folder is as it was, at the latest when this is asked
    again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    restore(folder)  # of a run that was killed
    ours, new = listed(folder), folder / NEW
    others = names_in(folder) - ours
    if others and not ours:
        raise KbError(f"{folder} holds other files ({min(others)}); give a new folder")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        yield new
        made = names_in(new)
        if in_the_way := made & others:
            raise KbError(f"{folder}/{min(in_the_way)} is not ours; move it, or give a new folder")
        (new / MANIFEST).write_text(json.dumps(sorted(made), indent=1) + "\n", "utf-8")
        put_in_place(folder, ours & names_in(folder), made)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def listed(folder: Path) -> set[str]:
    """Give what the manifest of a folder names, itself included; nothing where there is none."""
    try:
        names = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    known = names if isinstance(names, list) else []
    return {MANIFEST, *(name for name in known if isinstance(name, str) and is_plain(name))}


def is_plain(name: str) -> bool:
    """Say whether a name leads out of no folder."""
    return name not in {"", ".", ".."} and Path(name).name == name


def names_in(folder: Path) -> set[str]:
    """Give the names of what lies in a folder, but for what a run leaves while it lasts."""
    return {path.name for path in folder.iterdir()} - {NEW, OLD}


def put_in_place(folder: Path, ours: set[str], made: set[str]) -> None:
    """Put what was made in the place of what was ours.

    The old manifest goes last and the new one comes first, by which `restore` knows how far it was.
    """
    old = folder / OLD
    old.mkdir()
    try:
        move(sorted(ours, key=lambda name: name == MANIFEST), folder, old)
        move([MANIFEST, *sorted(made)], folder / NEW, folder)
    except BaseException:
        restore(folder)
        raise
    shutil.rmtree(old)


def restore(folder: Path) -> None:
    """Bring back what was ours, if something else was about to take its place."""
    old = folder / OLD
    if not old.is_dir():
        return
    if (old / MANIFEST).exists():  # all was ours that is there; what has come since is new
        for name in sorted(listed(folder), key=lambda name: name == MANIFEST):
            remove(folder / name)
    move(sorted(names_in(old), key=lambda name: name != MANIFEST), old, folder)
    old.rmdir()


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def move(names: Iterable[str], source: Path, target: Path) -> None:
    """Move files and folders into another folder, within one file system."""
    for name in names:
        (source / name).rename(target / name)
