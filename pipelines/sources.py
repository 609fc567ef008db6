"""What `sources.yml` knows of the documents beside it; it wins over what parsing guesses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from kb.errors import InvalidSources
from kb.models import Bibliography

FILE_NAME = "sources.yml"


def known_documents(paths: Iterable[Path]) -> dict[Path, Bibliography]:
    """Give what is known of files, from the sources.yml beside each or in the folder above.

    Raises InvalidSources.
    """
    beside = {path.parent for path in paths}
    known: dict[Path, Bibliography] = {}
    for folder in sorted(beside | {folder.parent for folder in beside}):
        if (folder / FILE_NAME).is_file():
            known |= load_documents(folder / FILE_NAME)
    return known


def load_documents(path: Path) -> dict[Path, Bibliography]:
    """Read the `documents` of one sources.yml: resolved path of the file → its bibliography."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"{path}:{line + 1}" if line is not None else str(path)
        raise InvalidSources(f"{where} is not readable YAML: {first_line(error)}") from error
    entries = content.get("documents", []) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise InvalidSources(f"{path}: `documents` must be a list of entries, each with a `path`")
    return {
        (path.parent / entry["path"]).resolve(): bibliography(entry)
        for number, entry in enumerate(entries, 1)
        if is_entry(entry, path, number)
    }


def is_entry(entry: Any, path: Path, number: int) -> bool:
    """Say whether an entry is one; raises InvalidSources with its number if not."""
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise InvalidSources(f"{path}: entry {number} of `documents` has no `path`")
    if not isinstance(entry.get("year"), int | None):
        raise InvalidSources(f"{path}: the year of {entry['path']} must be a number")
    return True


def bibliography(entry: dict[str, Any]) -> Bibliography:
    """Make a bibliography of an entry."""
    authors = entry.get("authors") or ()
    texts = {
        name: str(entry[name])
        for name in Bibliography.__slots__
        if name not in {"authors", "year"} and entry.get(name) is not None
    }
    names = (authors,) if isinstance(authors, str) else tuple(map(str, authors))
    return Bibliography(authors=names, year=entry.get("year"), **texts)


def first_line(error: Exception) -> str:
    """Give the first line of an error's message."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
