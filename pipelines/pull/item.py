"""One document of a source: fetched, kept, and said what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.errors import Unfetchable
from kb.licences import may_publish
from pipelines.pull.noting import same_words, sidecar_of, with_older
from pipelines.pull.records import Fetched, Listing, Outcome, Skipped, Source, Status, Wanted
from pipelines.pull.shelf import Shelf
from pipelines.pull.visit import Visit

Items = dict[str, dict[str, str]]
"""What a source was last found to hold: by key, the sha256, file, address and title of each."""


def pull_item(source: Source, wanted: Wanted, visit: Visit, items: Items) -> Outcome:
    """Fetch and keep one document; give what became of it."""
    held = items.get(wanted.key, {})
    try:
        private = source.allow_private
        fetched = visit.document(wanted, private=private, held=held.get("url", ""))
    except Unfetchable as error:
        status: Status = "gone" if error.gone and held else "failed"
        reason = f"{error.reason}; what was fetched before stays" if held else error.reason
        url = wanted.addresses[0].url if wanted.addresses else ""
        return replace(outcome_of(status, source, wanted, held), reason=reason, url=url)
    fetched = unless_same(fetched, held, visit.shelf)
    keep(source, wanted, fetched, held, visit.shelf)
    items[wanted.key] = {
        "sha256": fetched.sha256,
        "file": f"{fetched.sha256}.{fetched.kind}",
        "url": fetched.url,
        "title": wanted.about.title or "",
    }
    return outcome_of(change(held, fetched), source, wanted, items[wanted.key])


def change(held: dict[str, str], fetched: Fetched) -> Status:
    """Say what is new about a document."""
    if not held:
        return "new"
    return "unchanged" if held["sha256"] == fetched.sha256 else "changed"


def unless_same(fetched: Fetched, held: dict[str, str], shelf: Shelf) -> Fetched:
    """Give the web page that is held in the place of one that says the same."""
    path = shelf.document(held["sha256"]) if held else None
    if fetched.content is None or fetched.kind != "html" or path is None:
        return fetched
    if path.suffix != ".html" or not same_words(path.read_bytes(), fetched.content):
        return fetched
    seen = replace(fetched.seen, sha256=held["sha256"]) if fetched.seen else None
    return replace(fetched, sha256=held["sha256"], content=None, seen=seen)


def keep(
    source: Source, wanted: Wanted, fetched: Fetched, held: dict[str, str], shelf: Shelf
) -> None:
    """Keep a document; its sidecar comes first, so that none is ever without."""
    sidecar = sidecar_of(shelf.sidecar(fetched.sha256), source, wanted, fetched)
    if held and held["sha256"] != fetched.sha256:
        sidecar = with_older(sidecar, shelf.sidecar(held["sha256"]), held["sha256"])
    shelf.note(fetched.sha256, sidecar)
    if fetched.content is not None:
        shelf.keep_document(fetched.content, fetched.kind)
    if fetched.seen:
        shelf.remember(fetched.seen)


def unlisted(source: Source, listing: Listing) -> Iterator[Outcome]:
    """Yield what a source names and is not fetched, and what of it could not be asked."""
    for status, each in all_unlisted(listing):
        yield Outcome(status=status, source=source.id, key=each.key, reason=each.reason)


def all_unlisted(listing: Listing) -> Iterator[tuple[Status, Skipped]]:
    """Yield what is skipped and what has failed."""
    for each in listing.skipped:
        yield "skipped", each
    for each in listing.failed:
        yield "failed", each


def gone(id: str, key: str, item: dict[str, str], reason: str) -> Outcome:
    """Say that an item is not there any more."""
    return Outcome(
        status="gone",
        source=id,
        key=key,
        reason=reason,
        url=item["url"],
        title=item["title"],
        path=item["file"],
        sha256=item["sha256"],
    )


def outcome_of(status: Status, source: Source, wanted: Wanted, item: dict[str, str]) -> Outcome:
    """Say what became of an item."""
    return Outcome(
        status=status,
        source=source.id,
        key=wanted.key,
        url=item.get("url", ""),
        title=wanted.about.title or "",
        path=item.get("file", ""),
        sha256=item.get("sha256", ""),
        licence=wanted.about.licence or "",
        may_publish=may_publish(wanted.about.licence),
    )
