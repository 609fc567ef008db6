"""What the command prints for people."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

from kb.as_json import as_json
from kb.models import UnreadPages
from kb.unread import unread_text

Row = dict[str, Any]

WIDEST = 100
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
COUNTED = ("documents", "passages", "statements", "claims", "works", "citations")


def json_text(value: Any) -> str:
    """Give a value as readable JSON."""
    return as_json(value, indent=2)


def printable(text: str) -> str:
    """Leave out what a terminal would obey: control characters, but not ends of lines and tabs."""
    return text.translate(CONTROLS)


def for_people(make: Callable[[Row], str]) -> Callable[[Row], str]:
    """Make the text that a function gives printable, whoever wrote what is in it."""

    @wraps(make)
    def made(row: Row) -> str:
        return printable(make(row))

    return made


def wrapped(text: str, indent: str = "") -> str:
    """Wrap a text to the terminal, at most 100 columns."""
    width = min(WIDEST, shutil.get_terminal_size().columns)
    return textwrap.fill(
        " ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent
    )


def where(row: Row) -> str:
    """Say in which document, year and page something stands."""
    year = f" ({row['year']})" if row.get("year") else ""
    page = f", p. {row['page']}" if row.get("page") else ""
    return f"{row['title']}{year}{page}"


@for_people
def hit_text(row: Row) -> str:
    """Give a hit: its quotation, its codes, and where it stands."""
    said = dict.fromkeys(map(claim_text, row["claims"]))
    claims = "".join(f"{wrapped(text, '    ')}\n" for text in said or ["no code"])
    lead_in = wrapped(row["lead_in"], "    ") + "\n" if row["lead_in"] else ""
    return (
        f"{lead_in}{wrapped('“' + row['quote'] + '”', '  ')}\n"
        f"{wrapped(where(row), '    ')}\n"
        f"{claims}"
        f"    {row['statement_id']}{copies_text(row['copies'])}\n"
    )


def claim_text(claim: Row) -> str:
    """Give a claim's code and what was noted of it, the document's own words in quotes."""
    words = (f"“{each}”" for each in claim["words"].values())
    lists = (each if isinstance(each, list) else [each] for each in claim["values"].values())
    values = (value.replace("_", " ") for each in lists for value in each)
    noted = ", ".join((*words, *values))
    code = str(claim["code"]).replace("_", " ")
    return f"{code}: {noted}" if noted else code


def copies_text(copies: Sequence[str]) -> str:
    """Say how often a statement stands elsewhere in nearly the same words."""
    return f"  +{len(copies)} alike: {' '.join(copies[:3])}" if copies else ""


@for_people
def explained_text(row: Row) -> str:
    """Give a hit, and how it was found."""
    parts = ", ".join(f"{name} {value:.2f}" for name, value in row["parts"].items())
    by = " and ".join(row["matched_by"])
    return f"{hit_text(row)}    score {row['score']:.3f} by {by}: {parts}\n"


@for_people
def row_text(row: Row) -> str:
    """Give a row of any query, a line a column."""
    return "\n".join(field_lines(row, "")) + "\n"


@for_people
def code_text(row: Row) -> str:
    """Give a code with its definition and the values its claims have."""
    lines = [
        f"{row['label']} ({row['id']}): {row['claims']} claims",
        wrapped(row["definition"], "  "),
    ]
    lines.append(wrapped("Not: " + row["exclusion"], "  "))
    for attribute, values in row["values"].items():
        counted = ", ".join(f"{value['label']} {value['claims']}" for value in values)
        lines.append(wrapped(f"{attribute}: {counted}", "    "))
    return "\n".join(lines) + "\n"


@for_people
def stats_text(found: Row) -> str:
    """Give the counts, the documents and the files that could not be read."""
    counts = "  ".join(f"{found[name]} {name}" for name in COUNTED)
    if found["copies"]:
        counts += f"\nof the documents copies of others, which are not coded: {found['copies']}"
    codes = "  ".join(f"{count} {code}" for code, count in found["codes"].items())
    lines = [counts, codes, ""]
    lines += [
        f"{row['id']}  {row['statements']:5} statements {row['claims']:4} claims  "
        f"{quality_text(row['quality'])}  {where(row)}"
        + (f"  (copy of {row['copy_of']})" if row["copy_of"] else "")
        for row in found["by_document"]
    ]
    if any(row["quality"] is not None for row in found["by_document"]):
        lines += ["", QUALITY]
    if found["unread_files"] or found["unread_pages"]:
        lines += ["", "Not read:"]
        lines += [f"  {row['path']} {row['reason']}" for row in found["unread_files"]]
        lines += [f"  {line}" for line in unread_pages_lines(found["unread_pages"])]
    if build := found["build"]:
        lines += ["", f"Built {build['finished']} by kb {build['version']}, {build['encoder']}"]
    return "\n".join(lines)


QUALITY = (
    "The figure before a title, from 0.00 to 1.00, says how well the document could be read; "
    "for its pages see the table pages"
)


def quality_text(quality: float | None) -> str:
    """Give a document's quality in four columns, a dash where it was not judged."""
    return "   –" if quality is None else f"{quality:.2f}"


def unread_pages_lines(unread: UnreadPages) -> Iterator[str]:
    """Say which pages of which files could not be read, and what to do."""
    for path, pages in unread.items():
        for read_by, numbers in pages.items():
            yield f"{path} {unread_text(read_by, numbers)}"


@for_people
def thing_text(thing: Row) -> str:
    """Give one thing, a line a field, with its parts indented; a document's entries in short."""
    if thing["table"] != "documents":
        return "\n".join(field_lines(thing, ""))
    lines = field_lines(thing | {"cites": []}, "")
    lines += ["cites:"] if thing["cites"] else []
    lines += [wrapped(f"{each['label']}: {each['text']}", "  ") for each in thing["cites"]]
    return "\n".join(lines)


def field_lines(thing: Row, indent: str) -> list[str]:
    """Give the fields of a thing, those without a value left out."""
    lines = []
    for name, value in thing.items():
        if value in (None, "", []):
            continue
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *field_lines(value, indent + "  ")]
        elif isinstance(value, list) and isinstance(value[0], dict):
            for part in value:
                lines += [f"{indent}{name}:", *field_lines(part, indent + "  ")]
        else:
            lines.append(wrapped_field(name, value, indent))
    return lines


def wrapped_field(name: str, value: Any, indent: str) -> str:
    """Give one field, long text on lines of its own."""
    text = " … ".join(map(str, value)) if isinstance(value, list) else str(value)
    if len(text) < 60:
        return f"{indent}{name}: {text}"
    return f"{indent}{name}:\n{wrapped(text, indent + '  ')}"


@for_people
def second_text(found: Row) -> str:
    """Give how far a second coder agrees with the claims, a line a code, and what was dropped."""
    lines = [
        f"{found['model']} ({found['coder_id']}) read {found['statements']} statements",
        "",
        f"{'':18}    both  only first  only second  neither   kappa",
    ]
    lines += map(agreement_line, found["agreement"])
    lines += ["", "Dropped of its answers:" if found["dropped"] else "Nothing was dropped"]
    lines += [f"{count:6}  {reason}" for reason, count in found["dropped"].items()]
    return "\n".join(lines)


def agreement_line(row: Row) -> str:
    """Give one code's agreement, a dash for a kappa that there is none of."""
    kappa = "–" if row["kappa"] is None else f"{row['kappa']:.2f}"
    return (
        f"{row['code']:18}{row['both']:8}{row['first_only']:12}{row['second_only']:13}"
        f"{row['neither']:9}{kappa:>8}"
    )
