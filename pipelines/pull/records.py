"""The records that pass between what lists, what fetches and what keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from kb.models import Bibliography

Status = Literal["new", "changed", "unchanged", "gone", "failed", "skipped", "to fetch", "to ask"]
"""What a pull found of an item; the last two are what a dry run says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to behave on the network; times are in seconds, `largest` in bytes.

    `pause` lies between two requests to a host, `patience` is the longest wait that a host may ask
    for, `seconds` what one answer may take in all, `silence` what it may keep still. `apis` are the
    addresses of public services.
    """

    contact: str = ""
    pause: float = 1.0
    tries: int = 4
    backoff: float = 2.0
    patience: float = 120.0
    seconds: float = 300.0
    silence: float = 30.0
    largest: int = 200 * 10**6
    apis: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry of sources.yml: of which `kind`, `where`, and what it says of itself.

    `alone` is a source of one document, whose `facts` win over what others say of it; of many,
    they fill in what is not said. `place` names the entry's file and line.
    """

    id: str
    kind: str
    where: str
    facts: Bibliography = field(default_factory=Bibliography)
    alone: bool = True
    include: str = ""
    exclude: str = ""
    limit: int = 1000
    allow_private: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to a public service: `reader` names who understands the answer.

    `depth` is how many lists of lists led to it.
    """

    reader: str
    url: str
    about: Bibliography = field(default_factory=Bibliography)
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a document may be had, and as what it is announced (`pdf`, or empty for anything)."""

    url: str
    announced: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document to fetch: its lasting `key` in its source, and the addresses to try in turn."""

    key: str
    addresses: tuple[Address, ...] = ()
    about: Bibliography = field(default_factory=Bibliography)
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that a list names and that is not fetched, with the reason."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an answer comes to: documents to fetch, more to ask, and what is left out."""

    wanted: tuple[Wanted, ...] = ()
    more: tuple[Ask, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer from the network: `url` is where it came from in the end.

    `unchanged` means that what is known of it still holds, and `content` is empty.
    """

    url: str
    content: bytes = b""
    unchanged: bool = False
    type: str = ""
    etag: str = ""
    last_modified: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is remembered of an address: where it led, what came, and by what to ask again.

    `fetched` and `checked` are Unix seconds: when it came, and when it was last known to hold.
    """

    url: str
    final: str
    sha256: str
    fetched: float
    checked: float
    type: str = ""
    etag: str = ""
    last_modified: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a source comes to; one that is `whole` names all that it has."""

    wanted: tuple[Wanted, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Skipped, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document that came, or still holds: then `content` is None. `kind` ends its file's name."""

    sha256: str
    kind: str
    url: str
    content: bytes | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item of a source; `path` is its file, from the folder of documents."""

    status: Status
    source: str
    key: str
    url: str = ""
    reason: str = ""
    title: str = ""
    path: str = ""
    sha256: str = ""
    licence: str = ""
    may_publish: bool = False


def merged(first: Bibliography, second: Bibliography) -> Bibliography:
    """Give what the first says, and where it is silent what the second does."""
    names = [each.name for each in fields(Bibliography)]
    return Bibliography(**{name: getattr(first, name) or getattr(second, name) for name in names})
