"""Europe PMC: open-access articles as JATS XML. https://europepmc.org/RestfulWebService"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import service_url
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Skipped, Source, Wanted
from pipelines.pull.tidy import doi_of, json_object, names, needed, objects, part, words, year_of

PAGE_SIZE = "100"
PMCID = re.compile(r"PMC\d+")


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for one article by its id, or for all that a query finds."""
    return (ask_for(query_of(source.where), "*", settings),)


def query_of(where: str) -> str:
    """Give the query that finds an article of this id; a query stays what it is."""
    number = where.partition(":")[2]
    if PMCID.fullmatch(where.upper()):
        return f"PMCID:{where.upper()}"
    if re.fullmatch(r"(MED|PPR):\w+", where, re.IGNORECASE):
        return f"EXT_ID:{number} AND SRC:{where[:3].upper()}"
    return where


def ask_for(query: str, cursor: str, settings: Settings) -> Ask:
    """Ask for a page of results."""
    asked = {"query": query, "resultType": "core", "format": "json", "pageSize": PAGE_SIZE}
    url = service_url(settings, "europepmc", "search", {**asked, "cursorMark": cursor})
    return Ask(reader="europepmc", url=url)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want what is open, and ask for the next page if there is one."""
    found = json_object(reply.content, "Europe PMC")
    results = objects(needed(part(found, "resultList", "result"), list, "Europe PMC"))
    asked = parse_qs(urlsplit(ask.url).query)
    cursor = found.get("nextCursorMark")
    goes_on = results and isinstance(cursor, str) and [cursor] != asked.get("cursorMark")
    return Page(
        wanted=tuple(article(each, settings) for each in results if is_open(each)),
        skipped=tuple(Skipped(key_of(each), CLOSED) for each in results if not is_open(each)),
        more=(ask_for(asked["query"][0], str(cursor), settings),) if goes_on else (),
    )


CLOSED = "has no open full text in Europe PMC"


def is_open(result: dict[str, Any]) -> bool:
    """Say whether the full text may be had."""
    pmcid = str(result.get("pmcid"))
    return result.get("isOpenAccess") == "Y" and PMCID.fullmatch(pmcid) is not None


def key_of(result: dict[str, Any]) -> str:
    """Name an article for good."""
    return words(result.get("pmcid")) or f"{result.get('source')}:{result.get('id')}"


def article(result: dict[str, Any], settings: Settings) -> Wanted:
    """Want the full text of an article."""
    url = service_url(settings, "europepmc", f"{result['pmcid']}/fullTextXML", {})
    people = objects(part(result, "authorList", "author"))
    journal = part(result, "journalInfo", "journal", "title")
    about = Bibliography(
        title=(words(result.get("title")) or "").removesuffix(".") or None,
        authors=names([each.get("fullName") or each.get("collectiveName") for each in people]),
        year=year_of(result.get("pubYear")),
        publisher=words(journal),
        doi=doi_of(result.get("doi")),
        licence=licence_id(words(result.get("license"))),
    )
    return Wanted(key=key_of(result), addresses=(Address(url, "xml"),), about=about)
