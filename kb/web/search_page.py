"""The search page and the page of similar statements: read the address, call kb.search, render."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlite_utils import Database

from kb.errors import KbError
from kb.models import Answer
from kb.search import LONGEST, Filters, Mode, search, similar
from kb.web.base import ask
from kb.web.cards import cards
from kb.web.encoding import find_encoder, find_index
from kb.web.labels import Base
from kb.web.respond import json_page, page, wants_json, whole_number

USUAL, MOST = 10, 100
"""How many hits are shown, and how many at most."""

OWN = {"q", "code", "document", "kind", "year", "name", "mode", "n"}
"""What an address may say beside values of attributes."""

MODES: dict[Mode, str] = {
    "hybrid": "words and meaning",
    "meaning": "meaning only",
    "words": "words only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for."""

    question: str
    filters: Filters
    mode: Mode
    number: int
    shortened: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Say whether any filter is set."""
        return self.filters != Filters()

    def address(self, **changes: Any) -> str:
        """Give the query string of this question, or of one that differs by `changes`."""
        asked = replace(self, **changes)
        filters = asked.filters
        pairs: list[tuple[str, Any]] = [("q", asked.question)]
        pairs += [("code", each) for each in filters.codes]
        pairs += [(name, each) for name, values in filters.values.items() for each in values]
        pairs += [("document", each) for each in filters.documents]
        pairs += [("kind", each) for each in filters.kinds]
        pairs += [("year", each) for each in filters.years]
        pairs += [("name", each) for each in filters.names]
        pairs += [("mode", asked.mode)] * (asked.mode != "hybrid")
        pairs += [("n", asked.number)] * (asked.number != USUAL)
        return urlencode(pairs)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and a note where meaning was left out."""

    answer: Answer
    note: str = ""


def read_address(args: Any, attributes: Iterable[str]) -> Asked:
    """Read a question from an address; raises KbError for what cannot be meant.

    Each of the `attributes` may be filtered by, under its name or that without its plural s.
    """
    question = " ".join((args.get("q") or "").split())
    wanted = args.get("mode") or "hybrid"
    mode = next((mode for mode in MODES if mode == wanted), None)
    if mode is None:
        raise KbError(f"There is no mode {wanted[:40]!r}; there are: {', '.join(MODES)}")
    return Asked(
        question=question[:LONGEST],
        shortened=len(question) > LONGEST,
        filters=Filters(
            codes=given(args, "code"),
            values=values_given(args, attributes),
            documents=given(args, "document"),
            kinds=given(args, "kind"),
            years=tuple(whole_number("year", each, 0, 9999) for each in given(args, "year")),
            names=given(args, "name"),
        ),
        mode=mode,
        number=whole_number("n", args.get("n") or str(USUAL), 1, MOST),
    )


def given(args: Any, name: str) -> tuple[str, ...]:
    """Give the values of a filter that are not empty."""
    return tuple(dict.fromkeys(value for value in args.getlist(name) if value.strip()))


def values_given(args: Any, attributes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the values wanted of each attribute, under its name or that without its plural s."""
    found = {}
    for name in attributes:
        short = name.removesuffix("s")
        wanted = (*given(args, name), *(given(args, short) if short not in OWN else ()))
        if wanted:
            found[name] = tuple(dict.fromkeys(wanted))
    return found


def find(db: Database, asked: Asked) -> Found:
    """Search as the command does; by words alone, with a note, where no encoder can be had."""
    found = find_encoder(db)
    if asked.mode == "meaning" and found.encoder is None:
        raise KbError(f"No search by meaning here: {found.why}; choose mode=words")
    answer = search(
        db,
        asked.question,
        encoder=found.encoder,
        index=find_index(db),
        filters=asked.filters,
        mode=asked.mode,
        number=asked.number,
    )
    return Found(answer, found.why if asked.mode == "hybrid" else "")


async def search_view(datasette: Any, request: Any, base: Base) -> Any:
    """Answer a question."""
    asked = read_address(request.args, base.labels.listed())
    found = await ask(datasette, base, lambda db: find(db, asked))
    answer = found.answer
    if wants_json(request):
        shown = answer.hits if request.args.get("weak") else answer.good
        return json_page([asdict(hit) for hit in shown])
    facts = {
        "asked": asked,
        "note": found.note,
        "weak": answer.weak,
        "missing": answer.missing,
        "cards": cards(answer.hits, base.labels),
        "tally": Counter(code for hit in answer.hits for code in hit.codes),
        "modes": MODES,
        "choices": await ask(datasette, base, choices),
        "more": more(asked, len(answer.hits)),
    }
    return await page(datasette, request, "kb_search.html", facts, base)


def more(asked: Asked, shown: int) -> str:
    """Give the address that shows more hits, empty where there are no more."""
    if shown < asked.number or asked.number >= MOST:
        return ""
    return asked.address(number=min(MOST, asked.number + 20))


def choices(db: Database) -> dict[str, Any]:
    """Give the documents, years and kinds to choose from."""
    documents = list(db.query("select id, title, year from documents order by title, id"))
    years = sorted({row["year"] for row in documents if row["year"]}, reverse=True)
    kinds = [row["kind"] for row in db.query("select distinct kind from documents order by kind")]
    return {"documents": documents, "years": years, "kinds": [kind for kind in kinds if kind]}


async def similar_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show the statements nearest in meaning to one."""
    id = request.url_vars["id"]
    number = whole_number("n", request.args.get("n") or str(USUAL), 1, MOST)
    hits = await ask(
        datasette, base, lambda db: similar(db, id, index=find_index(db), number=number)
    )
    if wants_json(request):
        return json_page([asdict(hit) for hit in hits])
    statement = await ask(datasette, base, lambda db: statement_row(db, id))
    facts = {"statement": statement, "cards": cards(hits, base.labels)}
    return await page(datasette, request, "kb_similar.html", facts, base)


def statement_row(db: Database, id: str) -> dict[str, Any]:
    """Give the statement with this id, or the one that the claim with this id codes."""
    sql = """select id, text from statements
             where id = :id or id = (select statement_id from claims where id = :id)"""
    return dict(next(db.query(sql, {"id": id})))
