"""What a source names: its documents, page after page, as far as it may go."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.errors import Unfetchable
from kb.models import Bibliography
from pipelines.pull.connectors import FIRST, READ
from pipelines.pull.records import (
    Address,
    Ask,
    Listing,
    Page,
    Reply,
    Settings,
    Skipped,
    Source,
    Wanted,
    merged,
)

MOST_ASKED = 5000
"""Questions for one source; more is a list that leads in circles."""

Answers = Callable[[str], Reply]
"""Gives the answer to an address or raises Unfetchable."""


@dataclass(slots=True)
class Found:
    """What has come together so far."""

    wanted: dict[str, Wanted] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Skipped] = field(default_factory=list)


def list_source(source: Source, settings: Settings, answers: Answers) -> Listing:
    """Give what a source names; what goes wrong on the way is noted and costs nothing else."""
    found = Found()
    try:
        if source.kind in LOCAL:
            whole = add(found, source, LOCAL[source.kind](source))
        else:
            whole = ask_all(found, source, settings, answers)
    except Unfetchable as error:
        found.failed.append(Skipped(source.where, error.reason))
        whole = False
    return Listing(
        wanted=tuple(found.wanted.values()),
        skipped=tuple(found.skipped),
        failed=tuple(found.failed),
        whole=whole and not found.failed,
    )


def ask_all(found: Found, source: Source, settings: Settings, answers: Answers) -> bool:
    """Ask question after question; say whether all were asked."""
    asks = deque(FIRST[source.kind](source, settings))
    asked: set[str] = set()
    while asks and len(asked) < MOST_ASKED:
        ask = asks.popleft()
        if ask.url in asked:
            continue
        asked.add(ask.url)
        page = page_of(ask, settings, answers)
        if isinstance(page, Unfetchable):
            found.failed.append(Skipped(ask.about.doi or ask.url, page.reason))
            continue
        asks.extend(page.more)
        if not add(found, source, page):
            return False
    return not asks


def page_of(ask: Ask, settings: Settings, answers: Answers) -> Page | Unfetchable:
    """Ask a question and read the answer, or give why that cannot be done."""
    try:
        return READ[ask.reader](answers(ask.url), ask, settings)
    except Unfetchable as error:
        return error
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        return Unfetchable(
            f"{ask.reader} answered in a way not understood ({type(error).__name__})"
        )


def add(found: Found, source: Source, page: Page) -> bool:
    """Add what a page names; say whether more may come."""
    found.skipped += page.skipped
    for wanted in page.wanted:
        if not is_meant(source, wanted) or wanted.key in found.wanted:
            continue
        if len(found.wanted) == source.limit:
            reason = f"comes after the first {source.limit}; raise limit if it is meant"
            found.skipped.append(Skipped(wanted.key, reason))
            return False
        found.wanted[wanted.key] = replace(wanted, about=known_of(source, wanted.about))
    return True


def is_meant(source: Source, wanted: Wanted) -> bool:
    """Say whether an item is what `include` and `exclude` want."""
    place = wanted.addresses[0].url if wanted.addresses else wanted.key
    if source.exclude and re.search(source.exclude, place):
        return False
    return not source.include or re.search(source.include, place) is not None


def known_of(source: Source, about: Bibliography) -> Bibliography:
    """Put together what an entry says of its work or works with what others say."""
    if source.alone:
        return merged(source.facts, about)
    shared = replace(source.facts, title=None, authors=(), year=None, url=None, doi=None)
    return merged(about, shared)


def one_file(source: Source) -> Page:
    """Want the file of a source."""
    path = Path(source.where)
    return Page(wanted=(Wanted(key=path.name, path=path),))


def folder(source: Source) -> Page:
    """Want the files of a folder, hidden ones left out."""
    root = Path(source.where)
    if not root.is_dir():
        raise Unfetchable("is no folder; mend the entry")
    return Page(wanted=tuple(iter_files(root)))


def iter_files(root: Path) -> Iterator[Wanted]:
    """Yield the files below a folder by name."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            yield Wanted(key=name.as_posix(), path=path)


def one_address(source: Source) -> Page:
    """Want what an address leads to."""
    return Page(wanted=(Wanted(key=source.where, addresses=(Address(source.where),)),))


LOCAL = {"file": one_file, "folder": folder, "url": one_address}
"""Kinds of source that name their documents themselves."""
