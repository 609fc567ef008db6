"""Lists what ships and what it digests, from the bibliographies in front of the masters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import yaml

from typesetting.read import Master, Reference

AUTHORS = ["Evidence knowledge base contributors"]
PUBLISHER = "Evidence knowledge base"
HEAD = """\
# Written by typeset.py from the bibliographies in masters/; change those, not this file.
# `documents` are the notes that ship here; `sources` are the public works that they digest.
# `dated: inferred` marks a work that bears no date: its year was inferred from what it says.
"""
ORDER = ["id", "title", "authors", "year", "dated", "journal", "publisher", "volume", "pages"]
ORDER += ["doi", "url", "licence"]


def write_sources(shipped: Mapping[str, Master]) -> bytes:
    """The list as YAML; `shipped` maps the path of each document to its master."""
    documents = [_document(path, master) for path, master in sorted(shipped.items())]
    sources = [_source(work) for work in works(list(shipped.values()))]
    listed = {"documents": documents, "sources": sources}
    text = yaml.dump(listed, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return (HEAD + text).encode()


def works(masters: Sequence[Master]) -> list[Reference]:
    """Every work once, in the order of ids; two masters that differ about one are an error."""
    found: dict[str, Reference] = {}
    for reference in (reference for master in masters for reference in master.references):
        known = found.setdefault(reference.id, reference)
        if _source(known) != _source(reference):
            raise ValueError(f"two masters disagree about {reference.id}")
    return [found[name] for name in sorted(found)]


def _document(path: str, master: Master) -> dict[str, Any]:
    return {
        "path": path,
        "title": master.title,
        "authors": AUTHORS,
        "year": int(master.written[:4]),
        "publisher": PUBLISHER,
        "kind": master.kind,
        "licence": master.licence,
        "language": "en",
        "digests": [reference.id for reference in master.references],
    }


def _source(work: Reference) -> dict[str, Any]:
    known = {name: value for name, value in asdict(work).items() if value}
    entry = {name: known[name] for name in ORDER if name in known}
    return {**entry, "authors": list(work.authors)}


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, and repeats a value instead of pointing back to it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True
