"""Collections that search is measured on elsewhere, read from their SMART files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILES = {
    "MED": (("med.all",), ("med.qry",), ("med.rel",)),
    "CISI": (("cisi.all",), ("cisi.qry",), ("cisi.rel",)),
    "Cranfield": (("cran.all.1400", "cran.all"), ("cran.qry",), ("cranqrel", "cran.rel")),
}
"""The names, in small letters, of a collection's documents, questions and judgements."""
BY_POSITION = {"Cranfield"}
"""Collections whose judgements count the questions instead of naming their numbers."""

Grades = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what kind it is of."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """`texts` are title and text by id; `grades` say how relevant texts are, by question."""

    name: str
    texts: Mapping[str, tuple[str, str]]
    questions: Sequence[Question]
    grades: Grades


def read_records(text: str) -> list[tuple[str, dict[str, str]]]:
    """Give the records of a SMART file, each with its number and its fields by their letters."""
    records: list[tuple[str, dict[str, list[str]]]] = []
    field: list[str] = []
    for line in text.splitlines():
        if begun := re.match(r"\.[Ii]\s+(\d+)\s*$", line):
            records.append((str(int(begun[1])), {}))
            field = []
        elif records and (named := re.match(r"\.([A-Za-z])\s*$", line)):
            field = records[-1][1].setdefault(named[1].upper(), [])
        else:
            field.append(line)
    return [
        (id, {name: " ".join(" ".join(lines).split()) for name, lines in fields.items()})
        for id, fields in records
    ]


def read_judgements(text: str) -> dict[str, dict[str, int]]:
    """Give which texts are relevant to which question; each file has its own columns.

    They are: question, 0, text, grade; question, text, grade; or question, text, 0, 0.
    """
    rows = [line.split() for line in text.splitlines() if len(line.split()) >= 2]
    second_is_empty = all(len(row) == 4 and float(row[1]) == 0 for row in rows)
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        question, text_id = row[0], row[2] if second_is_empty else row[1]
        grade = 1.0 if len(row) == 2 or (len(row) == 4 and not second_is_empty) else float(row[-1])
        if grade > 0:
            found.setdefault(str(int(question)), {})[str(int(text_id))] = 1
    return found


def read_collections(folder: Path) -> list[Collection]:
    """Give the collections of a folder, those of which all three files are there."""
    paths = {path.name.lower(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    found = []
    for name, wanted in FILES.items():
        files = [_first(paths, names) for names in wanted]
        if all(files):
            texts = [path.read_text("utf-8", "replace") for path in files if path]
            found.append(_collection(name, *texts))
    return found


def _first(paths: Mapping[str, Path], names: Iterable[str]) -> Path | None:
    endings = ("", ".txt")
    return next((paths[n + e] for n in names for e in endings if n + e in paths), None)


def _collection(name: str, documents: str, questions: str, judgements: str) -> Collection:
    asked = [
        Question(
            id=str(place) if name in BY_POSITION else id,
            text=fields.get("W") or fields.get("T", ""),
            kind=name,
        )
        for place, (id, fields) in enumerate(read_records(questions), 1)
    ]
    texts = {id: (each.get("T", ""), each.get("W", "")) for id, each in read_records(documents)}
    grades = read_judgements(judgements)
    judged = [question for question in asked if grades.get(question.id)]
    return Collection(name=name, texts=texts, questions=judged, grades=grades)
