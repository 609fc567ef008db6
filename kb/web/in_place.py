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
    that is in the way. If anything fails, the folder is as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ours, new = listed(folder), folder / NEW
    others = names_in(folder) - ours
    if others and not ours:
        raise KbError(f"{folder} holds other files ({min(others)}); give a new folder")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        yield new
        made = names_in(new) | {MANIFEST}
        if in_the_way := made & others:
            raise KbError(f"{folder}/{min(in_the_way)} is not ours; move it, or give a new folder")
        (new / MANIFEST).write_text(json.dumps(sorted(made), indent=1) + "\n", "utf-8")
        put_in_place(folder, ours, made)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def listed(folder: Path) -> set[str]:
    """Give what the manifests of a folder name, that of a run that was killed included."""
    found: set[str] = set()
    for manifest in (folder / MANIFEST, folder / OLD / MANIFEST):
        try:
            names = json.loads(manifest.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        found |= {name for name in names if Path(name).name == name}
    return found


def names_in(folder: Path) -> set[str]:
    """Give the names of what lies in a folder, but for what a run leaves while it lasts."""
    return {path.name for path in folder.iterdir()} - {NEW, OLD}


def put_in_place(folder: Path, ours: set[str], made: set[str]) -> None:
    """Put what was made in the place of what was ours, the manifest first."""
    new, old = folder / NEW, folder / OLD
    shutil.rmtree(old, ignore_errors=True)  # of a run that was killed here
    old.mkdir()
    try:
        move([folder / name for name in ours & names_in(folder)], old)
        try:
            move([new / name for name in (MANIFEST, *sorted(made - {MANIFEST}))], folder)
        except BaseException:
            move([folder / name for name in made & names_in(folder)], new)
            raise
    except BaseException:
        move(list(old.iterdir()), folder)
        raise
    finally:
        shutil.rmtree(old)


def move(paths: Iterable[Path], folder: Path) -> None:
    """Move files and folders into another, within one file system."""
    for path in paths:
        path.rename(folder / path.name)
