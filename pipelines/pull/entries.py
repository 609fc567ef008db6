"""What sources.yml wants pulled: entries and collections, each checked at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from kb.checked_yaml import CheckedYaml, Place
from kb.errors import InvalidSources, KbError
from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import load_services
from pipelines.pull.records import Settings, Source, merged
from pipelines.pull.tidy import doi_of, web_address
from pipelines.sources import TOP_KEYS, bibliography, path_at, plain

SINGLE = ("file", "url", "doi")
MANY = ("folder", "europepmc", "openalex", "govuk", "sitemap", "feed", "zotero", "references")
KINDS = (*SINGLE, *MANY)
FACTS = (
    "title", "authors", "year", "publisher", "journal", "volume", "pages", "kind", "licence",
    "language", "dated",
)  # fmt: skip
OPTIONS = ("include", "exclude", "limit", "allow_private")
COLLECTION_KEYS = ("id", "title", "publisher", "licence", "language", "kind", "sources")
SHARED = ("publisher", "licence", "language", "kind")
"""What a collection says for all its sources."""

NUMBERS = ("pause", "tries", "backoff", "patience", "seconds", "silence", "largest")
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
ARTICLE = re.compile(r"PMC\d+|MED:\d+|PPR:PPR\d+", re.IGNORECASE)
LIBRARY = re.compile(r"(?:users|groups)/\d+(?:/collections/[A-Z0-9]{8})?")
CONTACT = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
MOST = 10_000
USUAL_LIMIT = 1000


def load_entries(path: Path) -> tuple[Settings, tuple[Source, ...]]:
    """Read how to pull, and the sources in order; raises InvalidSources."""
    if not path.is_file():
        raise KbError(f"There is no file {path}; name a list of sources, as docs/pulling.md says")
    file = CheckedYaml(path, InvalidSources)
    data = {} if file.data is None else file.mapping(file.data, (), TOP_KEYS)
    found: dict[str, Source] = {}
    for place, entry, shared in iter_entries(file, data):
        source = to_source(file, entry, place, shared)
        if source.id in found:
            raise file.complaint((*place, "id"), f"{source.id} is the id of another source too")
        found[source.id] = source
    return to_settings(file, data.get("settings") or {}), tuple(found.values())


def iter_entries(
    file: CheckedYaml, data: Mapping[str, Any]
) -> Iterator[tuple[Place, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each entry with its place, and what its collection says for it."""
    for place, entry in listed(file, data, ("sources",)):
        yield place, entry, {}
    for place, collection in listed(file, data, ("collections",)):
        file.mapping(collection, place, COLLECTION_KEYS)
        shared = {name: collection[name] for name in SHARED if name in collection}
        for inner, entry in listed(file, collection, (*place, "sources")):
            yield inner, entry, shared


def listed(
    file: CheckedYaml, data: Mapping[str, Any], place: Place
) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield the members of the list under the last key of `place`, which may be missing."""
    members = data.get(str(place[-1])) or []
    if not isinstance(members, list):
        raise file.complaint(place, "a list of entries is needed here")
    for number, member in enumerate(members):
        yield (*place, number), file.mapping(member, (*place, number), member_keys(place))


def member_keys(place: Place) -> tuple[str, ...]:
    """Give the keys that a member of a list may have."""
    return COLLECTION_KEYS if place == ("collections",) else ("id", *KINDS, *FACTS, *OPTIONS)


def to_source(
    file: CheckedYaml, entry: Mapping[str, Any], place: Place, shared: Mapping[str, Any]
) -> Source:
    """Make a source of an entry."""
    id = plain(file, entry, (*place, "id"))
    if not ID.fullmatch(id):
        raise file.complaint((*place, "id"), "small letters, digits, - and _ are needed")
    kind = kind_of(file, entry, place)
    where = WHERE[kind](file, entry, (*place, kind))
    facts = facts_of(file, entry, place, shared)
    return Source(
        id=id,
        kind=kind,
        where=where,
        facts=replace(facts, doi=doi_of(facts.doi), licence=licence_id(facts.licence)),
        alone=kind in SINGLE or (kind == "europepmc" and bool(ARTICLE.fullmatch(where))),
        include=pattern(file, entry, (*place, "include")),
        exclude=pattern(file, entry, (*place, "exclude")),
        limit=whole(file, entry, (*place, "limit"), USUAL_LIMIT),
        allow_private=file.flag(entry, (*place, "allow_private")),
        place=str(file.complaint(place, "")).split(": ")[0],
    )


def kind_of(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give the one kind that an entry is of; a DOI may stand beside a file or an address."""
    found = [kind for kind in KINDS if kind in entry]
    if len(found) == 2 and found[1] == "doi":
        return found[0]
    if len(found) != 1:
        raise file.complaint(place, f"just one of these is needed: {', '.join(KINDS)}")
    return found[0]


def facts_of(
    file: CheckedYaml, entry: Mapping[str, Any], place: Place, shared: Mapping[str, Any]
) -> Bibliography:
    """Give what an entry and its collection say of the work or works."""
    own = bibliography(file, entry, place)
    journal = plain(file, entry, (*place, "journal")) if "journal" in entry else None
    return merged(merged(own, Bibliography(publisher=journal)), Bibliography(**shared))


def to_settings(file: CheckedYaml, entry: Any) -> Settings:
    """Make the settings of a pull, with the addresses of the services that are not named."""
    given = file.mapping(entry, ("settings",), ("contact", "apis", *NUMBERS))
    numbers = {name: number(file, given, ("settings", name)) for name in NUMBERS if name in given}
    if "largest" in numbers:
        numbers["largest"] = int(numbers["largest"] * 1e6)
    if "tries" in numbers:
        numbers["tries"] = max(1, int(numbers["tries"]))
    contact = plain(file, given, ("settings", "contact")) if "contact" in given else ""
    if contact and not CONTACT.fullmatch(contact):
        raise file.complaint(("settings", "contact"), "an e-mail address is needed")
    bases = {name: service["base"] for name, service in load_services().items()}
    named = file.mapping(given.get("apis") or {}, ("settings", "apis"), bases)
    apis = {name: address(file, named, ("settings", "apis", name)) for name in named}
    return Settings(contact=contact, apis={**bases, **apis}, **numbers)


def number(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> Any:
    """Check for a number that is not negative."""
    value = entry[str(place[-1])]
    if type(value) not in (int, float) or not 0 <= value <= 10**6:
        raise file.complaint(place, f"{value!r} is no number from 0 to a million")
    return value


def whole(file: CheckedYaml, entry: Mapping[str, Any], place: Place, usual: int) -> int:
    """Check for a whole number of documents."""
    value = entry.get(str(place[-1]), usual)
    if type(value) is not int or not 0 < value <= MOST:
        raise file.complaint(place, f"{value!r} is no whole number from 1 to {MOST}")
    return value


def pattern(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Check for a regular expression; empty where there is none."""
    if place[-1] not in entry:
        return ""
    text = plain(file, entry, place)
    try:
        re.compile(text)
    except re.error as error:
        raise file.complaint(place, f"is no regular expression: {error}") from error
    return text


def address(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Check for an address of the web."""
    text = plain(file, entry, place)
    if web_address(text) is None:
        raise file.complaint(place, f"{text!r} is no address such as https://example.org/report")
    if urlsplit(text).username or urlsplit(text).password:
        raise file.complaint(place, "an address with a name or password in it is not asked")
    return text


def local(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give a path, which is meant from the folder of the list."""
    return str(path_at(file, entry, place))


def digital_id(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Check for a DOI, with or without the address before it."""
    text = plain(file, entry, place)
    if doi := doi_of(text):
        return doi
    raise file.complaint(place, f"{text!r} is no DOI such as 10.1186/s12913-018-3161-3")


def openalex(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give a query: words to search for, or a mapping with `search` and `filter`."""
    value = entry[str(place[-1])]
    if not isinstance(value, dict):
        return urlencode({"search": plain(file, entry, place)})
    query = file.mapping(value, place, ("search", "filter"))
    if not query:
        raise file.complaint(place, "search or filter is needed")
    return urlencode({name: plain(file, query, (*place, name)) for name in query})


def govuk(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give the path of a page of GOV.UK, from its address or as it is."""
    path = urlsplit(plain(file, entry, place)).path.rstrip("/")
    if not re.fullmatch(r"(/[\w.%-]+)+", path, re.ASCII):
        raise file.complaint(place, "a path such as /government/collections/… is needed")
    return path


def library(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Check for a Zotero library or a collection of one."""
    text = plain(file, entry, place)
    if not LIBRARY.fullmatch(text):
        raise file.complaint(place, "users/NUMBER or groups/NUMBER is needed, as zotero.org has it")
    return text


def references(file: CheckedYaml, entry: Mapping[str, Any], place: Place) -> str:
    """Give the address or the path of a file of references."""
    text = plain(file, entry, place)
    return address(file, entry, place) if "://" in text else local(file, entry, place)


WHERE = {
    "file": local,
    "folder": local,
    "url": address,
    "doi": digital_id,
    "europepmc": plain,
    "openalex": openalex,
    "govuk": govuk,
    "sitemap": address,
    "feed": address,
    "zotero": library,
    "references": references,
}
"""How the value of each kind is checked."""
