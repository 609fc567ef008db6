"""One visit to the network and what is remembered of earlier ones: nothing is asked for twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from kb.errors import Unfetchable
from pipelines.pull.apis import is_service
from pipelines.pull.client import AGENT, Client, May
from pipelines.pull.records import Address, Fetched, Reply, Seen, Settings, Wanted
from pipelines.pull.robots import Rules, read_rules
from pipelines.pull.shelf import Shelf, seen_of
from pipelines.pull.sniff import check_announced, kind_of
from pipelines.pull.wire import Private

DAY = 86_400.0
"""Seconds for which a robots.txt holds, as RFC 9309 has it."""


class Visit:
    """Fetches answers and documents through a client, with a shelf for a memory.

    A `dry` visit writes nothing. `now` gives Unix seconds.
    """

    def __init__(
        self,
        client: Client,
        shelf: Shelf,
        settings: Settings,
        now: Callable[[], float],
        *,
        dry: bool = False,
    ) -> None:
        self.client = client
        self.shelf = shelf
        self.settings = settings
        self.now = now
        self.dry = dry
        self.rules: dict[str, Rules | Unfetchable] = {}

    def answer(self, url: str, *, private: bool) -> Reply:
        """Give the answer of a service, or a list; raises Unfetchable."""
        known = self.shelf.seen(url)
        if known is None or not self.shelf.is_done(known):
            reply = self.client.get(url, known=known, private=private, may=self.may(private))
            if self.dry:
                return self.remembered(known) if reply.unchanged and known else reply
            known = self.shelf.keep_answer(url, reply, known, self.now())
        return self.remembered(known)

    def remembered(self, seen: Seen) -> Reply:
        """Give an answer from the shelf."""
        path = self.shelf.find(seen.sha256)
        content = path.read_bytes() if path else b""
        return Reply(url=seen.final, content=content, type=seen.type, next=seen.next)

    def document(self, wanted: Wanted, *, private: bool, held: str = "") -> Fetched:
        """Give a document from the first of its addresses that has it; raises Unfetchable.

        `held` is the address that it came from last time, which is asked first.
        """
        if wanted.path:
            return read_local(wanted.path, self.settings.largest)
        troubles: list[Unfetchable] = []
        for address in sorted(wanted.addresses, key=lambda each: each.url != held):
            try:
                return self.fetch(address, private=private)
            except Unfetchable as error:
                troubles.append(error)
        status = next((each.status for each in troubles if not each.gone), 404) if troubles else 0
        reasons = dict.fromkeys(each.reason for each in troubles)
        raise Unfetchable("; ".join(reasons) or "has no address", status=status)

    def fetch(self, address: Address, *, private: bool) -> Fetched:
        """Fetch a document, or learn that the one on the shelf still holds."""
        url, known = address.url, self.shelf.seen(address.url)
        if known and self.shelf.is_done(known):
            return self.kept(known)
        reply = self.client.get(url, known=known, private=private, may=self.may(private))
        if reply.unchanged and known:
            return self.kept(replace(known, checked=self.now()))
        kind = kind_of(reply.content, reply.url)
        check_announced(kind, address.announced)
        sha256 = hashlib.sha256(reply.content).hexdigest()
        seen = seen_of(url, reply, sha256, self.now())
        return Fetched(sha256=sha256, kind=kind, url=url, content=reply.content, seen=seen)

    def kept(self, seen: Seen) -> Fetched:
        """Give a document that is on the shelf."""
        path = self.shelf.document(seen.sha256)
        if path is None:  # the address answered a service's question with the very same bytes
            content = self.remembered(seen).content
            kind = kind_of(content, seen.final)
            return Fetched(sha256=seen.sha256, kind=kind, url=seen.url, content=content, seen=seen)
        kind = path.suffix.removeprefix(".")
        return Fetched(sha256=seen.sha256, kind=kind, url=seen.url, seen=seen)

    def may(self, private: bool) -> May:
        """Give what raises Unfetchable for what robots.txt keeps us from."""

        def check(url: str) -> None:
            if is_service(self.settings, url):
                return
            rules = self.rules_of(url, private)
            if isinstance(rules, Unfetchable):
                raise rules
            if rules.delay:
                self.client.slow_down(url, rules.delay)
            parts = urlsplit(url)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            if not rules.allow(path):
                raise Unfetchable(f"robots.txt of {parts.netloc} asks us not to; fetch it yourself")

        return check

    def rules_of(self, url: str, private: bool) -> Rules | Unfetchable:
        """Give the rules of a site, or why they cannot be had: then the site is left alone."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.rules:
            try:
                text = self.robots(f"{origin}/robots.txt", private)
                self.rules[origin] = read_rules(text.decode("utf-8", "replace"), AGENT)
            except Private:
                raise
            except Unfetchable as error:
                reason = f"robots.txt of {parts.netloc} cannot be had ({error.reason})"
                self.rules[origin] = Unfetchable(reason)
        return self.rules[origin]

    def robots(self, url: str, private: bool) -> bytes:
        """Give a robots.txt, asked for at most once a day; one that is not there is empty."""
        known = self.shelf.seen(url)
        if known and self.now() - known.checked < DAY:
            return self.remembered(known).content
        try:
            reply = self.client.get(url, known=known, private=private)
        except Unfetchable as error:
            if not 400 <= error.status < 500:
                raise
            reply = Reply(url=url)
        if not self.dry:
            self.shelf.keep_answer(url, reply, known, self.now())
        return self.remembered(known).content if reply.unchanged and known else reply.content


def read_local(path: Path, largest: int) -> Fetched:
    """Take a document from this machine; raises Unfetchable."""
    content = read_bytes(path, largest)
    sha256 = hashlib.sha256(content).hexdigest()
    return Fetched(sha256=sha256, kind=kind_of(content, path.name), url="", content=content)


def read_bytes(path: Path, largest: int) -> bytes:
    """Read a file of this machine; raises Unfetchable."""
    try:
        if not path.is_file() and path.exists():
            raise Unfetchable("is no regular file; give the document itself")
        if path.stat().st_size > largest:
            raise Unfetchable(f"is larger than {largest / 1e6:g} MB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unfetchable("is not there", status=404) from error
    except OSError as error:
        raise Unfetchable(f"cannot be read ({error.strerror})") from error
