"""The order of a pull: list what each source names, fetch it, keep it, say what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb.errors import KbError
from pipelines.pull.client import Client
from pipelines.pull.entries import load_entries
from pipelines.pull.item import Items, gone, outcome_of, pull_item, unlisted
from pipelines.pull.listing import list_source
from pipelines.pull.records import Listing, Outcome, Reply, Settings, Source
from pipelines.pull.shelf import Shelf
from pipelines.pull.visit import Visit, read_bytes

LONGEST = 86_400.0
"""Seconds after which a stopped pull is not gone on with but begun anew."""

PASSING_LISTS = {"feed"}
"""Kinds of source that name only what is new: what they name no more is not gone."""

Progress = Callable[[str, int, int], None]


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def pull(
    path: Path,
    *,
    contact: str = "",
    allow_private: bool = False,
    dry: bool = False,
    progress: Progress = quiet,
    now: Callable[[], float] = time.time,
) -> list[Outcome]:
    """Fetch what a list of sources names into `raw` beside it; give what became of each item.

    What cannot be fetched is reported and costs nothing else. A pull that is stopped is taken up by
    the next. A `dry` one asks what there is, and fetches and writes no document. Raises KbError.
    """
    settings, sources = load_entries(path)
    settings = replace(settings, contact=contact or settings.contact)
    if allow_private:
        sources = tuple(replace(source, allow_private=True) for source in sources)
    check_contact(settings, sources)
    shelf = Shelf(path.parent / "raw")
    with Client(settings) as client:
        visit = Visit(client, shelf, settings, now, dry=dry)
        if dry:
            return [each for source in sources for each in foresee(source, visit)]
        with shelf.pull(now(), LONGEST):
            return pull_all(path, sources, visit, progress)


def check_contact(settings: Settings, sources: tuple[Source, ...]) -> None:
    """Raise KbError if nobody stands for the questions that would be asked."""
    asking = [source for source in sources if "://" in source.where or is_service_kind(source)]
    if asking and not settings.contact:
        raise KbError(
            f"{asking[0].place}: {asking[0].id} is on the network; say who asks, so that a site "
            "can write to you: --contact you@example.org, KB_CONTACT, or settings.contact"
        )


def is_service_kind(source: Source) -> bool:
    """Say whether a source is one of a public service."""
    return source.kind in ("doi", "europepmc", "openalex", "govuk", "zotero")


def pull_all(
    path: Path, sources: tuple[Source, ...], visit: Visit, progress: Progress
) -> list[Outcome]:
    """Pull each source, and note at the end what was found in all of them."""
    state = visit.shelf.state()
    new = {id: each for id, each in state.items() if each.get("list") != path.name}
    outcomes: list[Outcome] = []
    for done, source in enumerate(sources, 1):
        progress("pulling", done, len(sources))
        items: Items = dict(state.get(source.id, {}).get("items", {}))
        outcomes += pull_source(source, visit, items)
        new[source.id] = {"list": path.name, "items": items}
    for id in sorted(state.keys() - new.keys()):
        items = state[id]["items"]
        outcomes += [gone(id, key, items[key], NOT_LISTED) for key in sorted(items)]
    put_aside_older(visit.shelf, state, new)
    visit.shelf.save_state(new)
    return outcomes


NOT_LISTED = "its entry is no longer in the list; its file stays until you delete it"
NOT_NAMED = "its source names it no more; its file stays"


def pull_source(source: Source, visit: Visit, items: Items) -> Iterator[Outcome]:
    """Pull one source and bring `items` up to date; yield what became of each."""
    listing = listed(source, visit)
    yield from unlisted(source, listing)
    for wanted in listing.wanted:
        yield pull_item(source, wanted, visit, items)
    if listing.whole and source.kind not in PASSING_LISTS:
        for key in sorted(items.keys() - {wanted.key for wanted in listing.wanted}):
            yield gone(source.id, key, items.pop(key), NOT_NAMED)


def listed(source: Source, visit: Visit) -> Listing:
    """Give what a source names."""

    def answer(url: str) -> Reply:
        if source.kind == "references" and url == source.where and "://" not in url:
            content = read_bytes(Path(url), visit.settings.largest)
            return Reply(url=url, content=content)
        return visit.answer(url, private=source.allow_private)

    return list_source(source, visit.settings, answer)


def put_aside_older(shelf: Shelf, state: dict[str, Any], new: dict[str, Any]) -> None:
    """Put aside the files that were current before this pull and are no item's any more.

    Those of items that are gone stay: nothing has taken their place.
    """
    current = {item["sha256"] for each in new.values() for item in each["items"].values()}
    for id, each in state.items():
        for key, item in each["items"].items():
            replaced = key in new.get(id, {}).get("items", {})
            if replaced and item["sha256"] not in current:
                shelf.put_aside(item["file"])


def foresee(source: Source, visit: Visit) -> Iterator[Outcome]:
    """Yield what a pull would ask for, and what it would only ask for news of."""
    items: Items = visit.shelf.state().get(source.id, {}).get("items", {})
    listing = listed(source, visit)
    yield from unlisted(source, listing)
    for wanted in listing.wanted:
        held = items.get(wanted.key, {})
        url = wanted.addresses[0].url if wanted.addresses else str(wanted.path)
        outcome = outcome_of("to ask" if held else "to fetch", source, wanted, held)
        yield replace(outcome, url=url)
