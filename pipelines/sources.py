"""What `sources.yml` knows of the documents beside it; it wins over what parsing guesses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kb.checked_yaml import CheckedYaml, Place
from kb.errors import InvalidSources, KbError
from kb.models import Bibliography
from kb.paths import real_path

FILE_NAME = "sources.yml"
PULLED = ".pulled/files"
"""Where a pull notes what it knows of each file, beside the files."""

TEXTS = ("title", "publisher", "kind", "url", "doi", "licence", "language")
ENTRY_KEYS = ("path", *TEXTS, "authors", "year", "digests")
TOP_KEYS = ("documents", "sources", "collections", "settings")
YEARS = range(1000, 2200)


def known_documents(paths: Iterable[Path]) -> dict[Path, Bibliography]:
    """Give what is known of files, from the sources.yml beside each or in the folder above.

    Of files that were pulled, else what was found out then. Raises InvalidSources.
    """
    paths = list(paths)
    beside = {path.parent for path in paths}
    known = {path: about for path in paths if (about := pulled(path))}
    for folder in sorted(beside | {folder.parent for folder in beside}):
        if (folder / FILE_NAME).is_file():
            known |= load_documents(folder / FILE_NAME)
    return known


def pulled(path: Path) -> Bibliography | None:
    """Give what the sidecar of a file that was pulled says; raises InvalidSources."""
    sidecar = sidecar_of(path)
    if sidecar is None:
        return None
    try:
        about = dict(sidecar["bibliography"])
        return Bibliography(**about | {"authors": tuple(about.get("authors", ()))})
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(path) from error


def older_versions(path: Path) -> list[str]:
    """Give the sha256 of the versions that a file which was pulled has replaced, oldest first."""
    older = (sidecar_of(path) or {}).get("older", [])
    return [str(sha256) for sha256 in older] if isinstance(older, list) else []


def sidecar_of(path: Path) -> dict[str, Any] | None:
    """Read what was noted of a file when it was pulled, if it was; raises InvalidSources."""
    file = path.parent / PULLED / f"{path.stem}.json"
    try:
        sidecar = json.loads(file.read_bytes())
    except OSError:
        return None
    except ValueError as error:
        raise damaged(path) from error
    if not isinstance(sidecar, dict):
        raise damaged(path)
    return sidecar if sidecar.get("file") == path.name else None


def damaged(path: Path) -> InvalidSources:
    """Give the error for a sidecar that cannot be read."""
    file = path.parent / PULLED / f"{path.stem}.json"
    return InvalidSources(f"{file}: is damaged; delete it and run kb pull again")


def load_documents(path: Path) -> dict[Path, Bibliography]:
    """Read the `documents` of one sources.yml: resolved path of the file → its bibliography."""
    file = CheckedYaml(path, InvalidSources)
    if file.data is None:
        return {}
    entries = file.mapping(file.data, (), TOP_KEYS).get("documents") or []
    if not isinstance(entries, list):
        raise file.complaint(("documents",), "a list of entries is needed, each with a `path`")
    known: dict[Path, Bibliography] = {}
    for number, entry in enumerate(entries):
        place: Place = ("documents", number)
        document = file_of(file, file.mapping(entry, place, ENTRY_KEYS), place)
        if document in known:
            raise file.complaint((*place, "path"), "this file has an entry already")
        known[document] = bibliography(file, entry, place)
    return known


def file_of(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> Path:
    """Give the file that an entry is about, which must be there."""
    document = path_at(file, entry, (*place, "path"))
    if not document.exists():
        raise file.complaint((*place, "path"), f"there is no file {document.name} there")
    return document


def path_at(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> Path:
    """Give where a path leads that is meant from the folder of the file."""
    path = file.path.parent / plain(file, entry, place)
    try:
        return real_path(path)
    except KbError as error:
        raise file.complaint(place, str(error)) from error


def bibliography(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> Bibliography:
    """Make a bibliography of an entry."""
    texts = {name: plain(file, entry, (*place, name)) for name in TEXTS if name in entry}
    year = entry.get("year")
    if year is not None and (type(year) is not int or year not in YEARS):
        raise file.complaint((*place, "year"), f"{year!r} is no year, such as 2021")
    authors = file.texts(entry.get("authors", []), (*place, "authors"))
    return Bibliography(authors=authors, year=year, **texts)


def plain(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give a text that a database and a file system can hold."""
    text = file.text(entry, place)
    if not all(c.isprintable() for c in text):
        raise file.complaint(place, "has a character that cannot be printed")
    return text
