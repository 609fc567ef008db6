"""Citing a document, or a quotation of it: RIS, BibTeX and plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""A document: id, title, authors, year, publisher, kind, url, doi, licence."""

ARTICLE = re.compile(r"(?i)\b(article|editorial|journal|protocol|paper)\b")
"""What a document's kind calls a part of a journal, whose name then stands as its publisher."""

BODY = re.compile(
    r"(?i)\b(agency|alliance|association|authority|bank|board|cent(?:re|er)|college|commission|"
    r"committee|council|department|federation|foundation|fund|group|institute|ministry|nations|"
    r"network|nhs|office|organi[sz]ation|project|programme|service|services|society|team|trust|"
    r"union|unit|university)\b"
)
"""What makes a name that of an organisation, which has no family name."""

LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{each: "\\" + each for each in "&%$#_"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a document that are cited; `address` is where they can be read in their place."""

    text: str
    page: int | None = None
    address: str = ""


def is_article(document: Row) -> bool:
    """Say whether a document is part of a journal, as far as its kind tells."""
    return bool(document["publisher"] and ARTICLE.search(document.get("kind") or ""))


def one_line(text: object) -> str:
    """Fold white space and drop control characters, which would begin another field."""
    folded = " ".join(str(text).split())
    return "".join(each for each in folded if unicodedata.category(each) not in {"Cc", "Cs"})


def inverted(name: str) -> str:
    """Give a name as "Family, Given"; one with a comma, or of one word, is left as it is."""
    words = one_line(name).split(" ")
    if len(words) == 1 or "," in name or is_body(name):
        return one_line(name)
    return f"{words[-1]}, {' '.join(words[:-1])}"


def is_body(name: str) -> bool:
    """Say whether a name is rather an organisation's: by a word of it, or as it ends in small."""
    words = name.split() or [""]
    small = words[-1][:1].islower() or bool({"of", "for", "and"} & set(words))
    return small or bool(BODY.search(name))


def address_of(document: Row) -> str:
    """Give where a document can be had by its DOI or address, empty where that is not known."""
    if document["doi"]:
        return f"https://doi.org/{one_line(document['doi'])}"
    return one_line(document["url"] or "")


def to_ris(document: Row, quotation: Quotation | None = None) -> str:
    """Give a record of RIS; a quotation is its note."""
    article = is_article(document)
    fields = [("TY", "JOUR" if article else "RPRT"), ("ID", document["id"])]
    fields += [("AU", inverted(author)) for author in document["authors"]]
    fields += [
        ("TI", document["title"]),
        ("PY", document["year"]),
        ("JO" if article else "PB", document["publisher"]),
        ("DO", document["doi"]),
        ("UR", document["url"]),
    ]
    if quotation:
        fields += [("N1", note(quotation)), ("L2", quotation.address)]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def note(quotation: Quotation) -> str:
    """Give a quotation with its page."""
    page = f"p. {quotation.page}: " if quotation.page else ""
    return f"{page}“{quotation.text}”"


def to_bibtex(document: Row, quotation: Quotation | None = None) -> str:
    """Give an entry of BibTeX; a quotation is its note."""
    article = is_article(document)
    fields = {
        "author": " and ".join(bibtex_name(author) for author in document["authors"]),
        "title": braced(document["title"]),
        "year": str(document["year"] or ""),
        "journal" if article else "institution": escaped(document["publisher"] or ""),
        "doi": verbatim(document["doi"] or ""),
        "url": verbatim(document["url"] or ""),
        "note": escaped(note(quotation)) if quotation else "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = "article" if article else "techreport" if document["publisher"] else "misc"
    return "\n".join([f"@{kind}{{{key_of(document)},", *lines, "}", ""])


def bibtex_name(name: str) -> str:
    """Give a name; that of an organisation in braces, so that it is not taken apart."""
    if is_body(name) or " " not in one_line(name):
        return f"{{{escaped(name)}}}"
    return escaped(inverted(name)).replace(" and ", " {and} ")


def braced(title: str) -> str:
    """Give a title whose words with capitals inside stay as they are."""
    words = escaped(title).split(" ")
    return " ".join(f"{{{w}}}" if re.search(r"\w[A-Z]", w) else w for w in words)


def escaped(text: str) -> str:
    """Give a text as LaTeX writes it."""
    return "".join(LATEX.get(each, each) for each in one_line(text))


def verbatim(address: str) -> str:
    """Give an address, in which nothing is escaped; what would end the field is percent-coded."""
    codes = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
    return "".join(codes.get(each, each) for each in one_line(address))


def key_of(document: Row) -> str:
    """Give the key of an entry: first family name, year, and the id, which makes it unique."""
    name = inverted(document["authors"][0]).split(",")[0] if document["authors"] else "anon"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    family = re.sub(r"[^a-z]", "", plain)[:20] or "anon"
    return f"{family}{document['year'] or ''}-{re.sub('[^A-Za-z0-9]', '', document['id'])[:12]}"


def to_plain(document: Row, quotation: Quotation | None = None) -> str:
    """Give a citation in words: authors (year) title. Publisher, page. Address."""
    authors = ", ".join(map(one_line, document["authors"]))
    year = f"({document['year']})" if document["year"] else ""
    title = one_line(document["title"])
    parts = [
        " ".join(filter(None, [authors, year, title])),
        one_line(document["publisher"] or ""),
        f"p. {quotation.page}" if quotation and quotation.page else "",
        address_of(document),
    ]
    cited = " ".join(stopped(part) for part in parts if part)
    quoted = [f"“{one_line(quotation.text)}”", cited, quotation.address] if quotation else [cited]
    return "".join(f"{line}\n" for line in quoted if line)


def stopped(part: str) -> str:
    """Give a part of a citation with a full stop, unless it has its own or is an address."""
    return part if part.endswith((".", "?", "!")) or "://" in part else part + "."
