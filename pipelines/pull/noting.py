"""What is noted beside a document: where and when it was found, and what is known of it."""

from __future__ import annotations

import html
import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from kb.licences import may_publish
from kb.models import Bibliography
from pipelines.pull.records import Fetched, Source, Wanted, merged

UNSEEN = re.compile(rb"<(script|style|noscript)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
TAG = re.compile(rb"<[^>]*>")


def sidecar_of(
    before: dict[str, Any], source: Source, wanted: Wanted, fetched: Fetched
) -> dict[str, Any]:
    """Give the sidecar of a document, in which what was noted of other places stays."""
    place = place_of(source, wanted, fetched)
    places = [each for each in before.get("found", []) if not is_same(each, place)]
    earlier = next((each for each in before.get("found", []) if is_same(each, place)), None)
    if earlier and fetched.content is None:
        place["fetched"] = earlier["fetched"]
    found = sorted([*places, place], key=lambda each: (each["source"], each["key"]))
    known = reduce(merged, (to_bibliography(each["bibliography"]) for each in found))
    return {
        "sha256": fetched.sha256,
        "file": f"{fetched.sha256}.{fetched.kind}",
        "bibliography": said(known),
        "may_publish": may_publish(known.licence),
        "found": found,
        "older": before.get("older", []),
    }


def place_of(source: Source, wanted: Wanted, fetched: Fetched) -> dict[str, Any]:
    """Say where a document was found and what is known of it there."""
    seen = fetched.seen
    when = datetime.fromtimestamp(seen.fetched, UTC) if seen else None
    own = merged(wanted.about, Bibliography(url=fetched.url or None))
    return {
        "source": source.id,
        "key": wanted.key,
        "url": fetched.url,
        "fetched": when.isoformat(timespec="seconds") if when else "",
        "etag": seen.etag if seen else "",
        "last_modified": seen.last_modified if seen else "",
        "bibliography": said(own),
    }


def is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two places are the same item of the same source."""
    return (one["source"], one["key"]) == (other["source"], other["key"])


def said(about: Bibliography) -> dict[str, Any]:
    """Give what a bibliography says, without what it is silent of."""
    return {name: value for name, value in asdict(about).items() if value}


def to_bibliography(data: dict[str, Any]) -> Bibliography:
    """Give the bibliography that `said` wrote."""
    return Bibliography(**data | {"authors": tuple(data.get("authors", ()))})


def with_older(sidecar: dict[str, Any], older: dict[str, Any], sha256: str) -> dict[str, Any]:
    """Note in a sidecar which version came before, and all before that."""
    chain = [*older.get("older", []), sha256]
    kept = dict.fromkeys(each for each in chain if each != sidecar["sha256"])
    return sidecar | {"older": list(kept)}


def same_words(one: bytes, other: bytes) -> bool:
    """Say whether two web pages say the same, whatever is hidden in them."""
    return visible(one) == visible(other)


def visible(page: bytes) -> str:
    """Give the words of a page."""
    text = TAG.sub(b" ", UNSEEN.sub(b" ", page)).decode("utf-8", "replace")
    return " ".join(html.unescape(text).split())
