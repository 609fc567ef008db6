from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml

CORPUS = Path(__file__).parent.parent / "corpus"
MASTERS = sorted((CORPUS / "masters").glob("*.md"))
NOTES = sorted((CORPUS / "notes").iterdir())
SOURCES = yaml.safe_load((CORPUS / "sources.yml").read_text(encoding="utf-8"))
MARK = re.compile(r"\[(\d+(?:, \d+)*)\]")


def by_stem(path: Path) -> str:
    return path.stem


def split_master(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def extract_text(path: Path) -> str:
    if path.suffix == ".pdf":
        pages = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            names = ("word/document.xml", "word/footnotes.xml")
            return strip_tags(" ".join(parts.read(name).decode() for name in names))
    text = path.read_text(encoding="utf-8")
    return strip_tags(text) if path.suffix in (".html", ".xml") else text


def strip_tags(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def letters(text: str) -> str:
    return "".join(re.findall(r"[^\W\d_]", text.lower()))


def paragraphs(body: str) -> list[str]:
    """The master's paragraphs that stand on one page of any format, without their marks."""
    blocks = [block for block in body.split("\n\n") if block[0] not in "#|>-*[1"]
    return [re.sub(r"\[\^?\d+[^\]]*\]", "", block) for block in blocks]


def test_fifteen_notes_in_seven_forms() -> None:
    assert Counter(path.suffix for path in NOTES) == {
        ".pdf": 5,
        ".docx": 3,
        ".html": 3,
        ".xml": 2,
        ".md": 1,
        ".txt": 1,
    }
    formats = Counter(split_master(path)[0]["format"] for path in MASTERS)
    assert (formats["pdf-two-column"], formats["pdf"]) == (3, 2)


def test_sources_list_exactly_the_notes_that_ship() -> None:
    listed = [document["path"] for document in SOURCES["documents"]]
    assert listed == [f"notes/{path.name}" for path in NOTES]
    assert [path.stem for path in NOTES] == [path.stem for path in MASTERS]


def test_sources_say_what_the_masters_say() -> None:
    works = {}
    for path in MASTERS:
        for entry in split_master(path)[0]["sources"]:
            works[entry["id"]] = (
                entry["year"],
                entry.get("doi"),
                entry.get("url"),
                entry["licence"],
            )
    listed = {
        source["id"]: (source["year"], source.get("doi"), source.get("url"), source["licence"])
        for source in SOURCES["sources"]
    }
    assert listed == works
    assert len(SOURCES["sources"]) == len(listed)


@pytest.mark.parametrize("document", SOURCES["documents"], ids=lambda d: Path(d["path"]).stem)
def test_document_digests_what_its_master_cites(document: dict[str, Any]) -> None:
    head, _ = split_master(CORPUS / "masters" / f"{Path(document['path']).stem}.md")
    assert document["digests"] == [entry["id"] for entry in head["sources"]]
    assert (document["kind"], document["licence"]) == (head["kind"], "CC-BY-4.0")


@pytest.mark.parametrize("source", SOURCES["sources"], ids=lambda source: source["id"])
def test_source_is_complete(source: dict[str, Any]) -> None:
    assert isinstance(source["year"], int)
    assert source.get("dated") in (None, "inferred")
    assert all(source["authors"])
    assert source["title"]
    assert source.get("journal") or source.get("publisher")
    assert bool(source.get("doi")) != source.get("url", "").startswith("http")
    assert source["licence"]


@pytest.mark.parametrize("path", MASTERS, ids=by_stem)
def test_marks_and_references_agree(path: Path) -> None:
    head, body = split_master(path)
    refs = [entry["ref"] for entry in head["sources"]]
    marks = {int(number) for mark in MARK.findall(body) for number in mark.split(", ")}
    footnotes = {int(number) for number in re.findall(r"\[\^(\d+)\]:", body)}
    assert refs == list(range(1, len(refs) + 1))
    assert (marks or footnotes) == set(refs)


@pytest.mark.parametrize("path", MASTERS, ids=by_stem)
def test_footnotes_are_numbered_as_they_are_read(path: Path) -> None:
    _, body = split_master(path)
    marks = [int(number) for number in re.findall(r"\[\^(\d+)\](?!:)", body)]
    notes = [int(number) for number in re.findall(r"(?m)^\[\^(\d+)\]:", body)]
    assert list(dict.fromkeys(marks)) == notes == list(range(1, len(notes) + 1))


@pytest.mark.parametrize("path", NOTES, ids=by_stem)
def test_note_holds_what_its_master_says(path: Path) -> None:
    head, body = split_master(CORPUS / "masters" / f"{path.stem}.md")
    text = letters(extract_text(path))
    wanted = [*paragraphs(body)[:3], *(entry["title"] for entry in head["sources"])]
    assert [words for words in wanted if letters(words) not in text] == []


@pytest.mark.parametrize("path", NOTES, ids=by_stem)
def test_note_speaks_to_its_reader(path: Path) -> None:
    text = extract_text(path).lower()
    for words in ("excerpt", "seed document", "not shown", "front matter", "header of this file"):
        assert words not in text
