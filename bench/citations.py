"""How well entries of reference lists and marks are read, against the tags of articles in JATS.

    python bench/citations.py FOLDER [--half odd|even] [--wrong]

Each tagged reference is printed in several styles, as plain text without its tags, and parsed.
Marks: how often the text of the document cites each reference is compared with how often its
xrefs do; where in the text a mark stands is not compared.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipelines.cite import cite
from pipelines.cite.entries import Entry, parse_entry
from pipelines.parse import assemble, read
from pipelines.parse.jats import secure_tree
from pipelines.parse.jats.references import citation_text, citations, texts
from pipelines.segment import load_splitter, segment

Tagged = dict[str, str]
FIELDS = ("author", "year", "title", "doi")


def tagged(entry: etree._Element) -> Tagged | None:
    """What the tags of a reference say; None where they say too little to compare."""
    citation = citations(entry)[0]
    names = citation.findall(".//name") + citation.findall(".//string-name")
    people = [
        (name.findtext("surname") or "", name.findtext("given-names") or "") for name in names
    ]
    title = texts(citation, "article-title") or texts(citation, "source")
    if not title or not (people or texts(citation, "collab")):
        return None
    return {
        "people": "|".join(f"{family}\t{given}" for family, given in people if family),
        "author": people[0][0] if people else texts(citation, "collab")[0],
        "year": (texts(citation, "year") or [""])[0][:4],
        "title": title[0],
        "source": (texts(citation, "source") or [""])[0]
        if texts(citation, "article-title")
        else "",
        "volume": (texts(citation, "volume") or [""])[0],
        "pages": (texts(citation, "fpage") or [""])[0],
        "publisher": (texts(citation, "publisher-name") or [""])[0],
        "doi": (texts(citation, "pub-id[@pub-id-type='doi']") or [""])[0].lower(),
    }


def people(ref: Tagged, form: str, last: str) -> str:
    """The names in a style: `form` takes the family name, the initials, and both with stops."""
    pairs = [pair.split("\t") for pair in ref["people"].split("|") if pair]
    names = [
        form.format(f=family, i=re.sub(r"[\s.-]", "", given),
                    d=". ".join(re.sub(r"[\s.-]", "", given)) + ".")
        for family, given in pairs[:6]
    ]  # fmt: skip
    if not names:
        return ref["author"]
    if len(pairs) > 6:
        return ", ".join(names) + " et al."
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def printed(ref: Tagged) -> Iterator[tuple[str, str]]:
    """The reference as plain text in several styles."""
    where = ref["source"] or ref["publisher"]
    doi = f" doi:{ref['doi']}" if ref["doi"] else ""
    link = f" https://doi.org/{ref['doi']}" if ref["doi"] else ""
    place = f"{ref['volume']}, {ref['pages']}".strip(", ")
    mark = "" if ref["title"].endswith("?") else "."
    yield (
        "vancouver",
        (
            f"{people(ref, '{f} {i}', ',')}. {ref['title']}{mark} {where}. "
            f"{ref['year']};{ref['volume']}:{ref['pages']}.{doi}"
        ),
    )
    yield (
        "harvard",
        (
            f"{people(ref, '{f}, {d}', 'and')} ({ref['year']}) "
            f"‘{ref['title']}’, {where}, {place}.{link}"
        ),
    )
    yield (
        "apa",
        (
            f"{people(ref, '{f}, {d}', '&')} ({ref['year']}). "
            f"{ref['title']}{mark} {where}, {place}.{link}"
        ),
    )
    yield (
        "ieee",
        (
            f"{people(ref, '{d} {f}', 'and')}, “{ref['title']},” {where}, vol. {ref['volume']}, "
            f"pp. {ref['pages']}, {ref['year']}.{doi}"
        ),
    )
    yield (
        "plos",
        f"{people(ref, '{f} {i}', ',')} ({ref['year']}) {ref['title']}{mark} {where} {place}.",
    )


def plain(text: str | None) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", (text or "").lower())


def right(ref: Tagged, entry: Entry, field: str) -> bool:
    """Whether a field was read as it is tagged."""
    if field == "author":
        return bool(entry.authors) and plain(entry.authors[0].split(", ")[0]) == plain(
            ref["author"]
        )
    if field == "year":
        return str(entry.year or "") == ref["year"]
    if field == "doi":
        return (entry.doi or "") == ref["doi"]
    return plain(entry.title) == plain(ref["title"])


def compare_entries(
    root: etree._Element, counts: Counter[tuple[str, str, bool]], wrong: bool
) -> None:
    """Count the fields that were read right and wrong."""
    for element in root.iter("ref"):
        if not (ref := tagged(element)):
            continue
        for style, text in [("as read", citation_text(element)), *printed(ref)]:
            entry = parse_entry(text)
            for field in FIELDS:
                if not ref[field] or (field == "doi" and ref["doi"] not in text.lower()):
                    continue
                ok = right(ref, entry, field)
                counts[style, field, ok] += 1
                if wrong and not ok:
                    print(style, field, "|", text, "|", entry)


def compare_marks(path: Path, root: etree._Element, counts: Counter[str]) -> None:
    """Count how often each reference is cited by xrefs, and by the marks that were found."""
    refs = list(root.iter("ref"))
    numbers = {ref.get("id"): n for n, ref in enumerate(refs, 1)}
    truth = Counter(expand(root, numbers))
    parsed = read(path.read_bytes(), path.name)
    document, passages = assemble(parsed, path=path.name, sha256="0" * 64)
    found = cite(document, passages, segment(document, passages, split=load_splitter()))
    by_text = {plain(citation_text(ref)): n for n, ref in enumerate(refs, 1)}
    places = {c.id: by_text.get(plain(c.text), 0) for c in found.citations}
    marked = Counter(places[mark.citation_id] for mark in found.marks)
    counts["tagged"] += sum(truth.values())
    counts["found"] += sum(marked.values())
    counts["both"] += sum((truth & marked).values())


def expand(root: etree._Element, numbers: dict[str | None, int]) -> Iterator[int]:
    """The number of each reference that an xref points to, those within a range too."""
    before: etree._Element | None = None
    for xref in root.iter("xref"):
        if xref.get("ref-type") != "bibr" or xref.get("rid") not in numbers:
            continue
        number = numbers[xref.get("rid")]
        if before is not None and re.fullmatch(r"[\]\s]*[-–—][\[\s]*", before.tail or ""):
            yield from range(numbers[before.get("rid")] + 1, number)
        yield number
        before = xref if xref.getparent() is not None else None


def main() -> None:
    """Print a table of shares."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--half", choices=["odd", "even"])
    arguments.add_argument("--wrong", action="store_true", help="print what was read wrong")
    asked = arguments.parse_args()
    paths = [p for p in sorted(asked.folder.iterdir()) if p.suffix in (".nxml", ".xml")]
    if asked.half:
        paths = paths[asked.half == "even" :: 2]
    fields: Counter[tuple[str, str, bool]] = Counter()
    marks: Counter[str] = Counter()
    for path in paths:
        root = secure_tree(path.read_bytes())
        compare_entries(root, fields, asked.wrong)
        compare_marks(path, root, marks)
    for style in dict.fromkeys(style for style, _, _ in fields):
        shares = (share(fields[style, f, True], fields[style, f, False]) for f in FIELDS)
        print(f"{style:10}", "  ".join(f"{f} {s}" for f, s in zip(FIELDS, shares, strict=True)))
    print(f"marks: {marks['tagged']} tagged, {marks['found']} found, {marks['both']} the same")


def share(ok: int, wrong: int) -> str:
    """A share with its number."""
    return f"{ok / (ok + wrong):.3f} of {ok + wrong}" if ok + wrong else "none"


if __name__ == "__main__":
    main()
