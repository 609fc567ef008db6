"""Asking a site politely: named, unhurried, and never more than is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from urllib.parse import urlsplit

import httpcore
import httpx

from kb import __version__
from kb.errors import Unfetchable
from pipelines.pull.decoding import read_body, too_large
from pipelines.pull.records import Reply, Seen, Settings
from pipelines.pull.tidy import joined, web_address
from pipelines.pull.wire import Transport, Wire

AGENT = "evidence-kb"
HOPS = 10
REDIRECTS = {301, 302, 303, 307, 308}
PASSING = {429, 500, 502, 503, 504}
GONE = {404, 410}
REFUSED = {401: "asks for a login", 403: "refuses us", 451: "may not show it, for legal reasons"}

May = Callable[[str], None]
"""Raises Unfetchable for an address that robots.txt keeps us from."""


class Again(Exception):
    """What went wrong may go better the next time; `wait` is how long the host asks to be left."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Client:
    """One visitor for a whole pull; `get` gives an answer or raises Unfetchable."""

    def __init__(self, settings: Settings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.settings = settings
        self.sleep = sleep
        self.wire = Wire()
        self.free: dict[str, float] = {}
        self.pauses: dict[str, float] = {}
        self.http = httpx.Client(
            transport=Transport(self.wire),
            headers=headers(settings.contact),
            timeout=settings.silence,
            trust_env=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def get(
        self, url: str, *, known: Seen | None = None, private: bool = False, may: May | None = None
    ) -> Reply:
        """Ask for an address, through its redirects, only for news if something is `known`."""
        self.http.cookies.clear()
        passed = [url]
        for _ in range(HOPS):
            check_address(url)
            if may:
                may(url)
            answer = self.patiently(url, known if known and known.final == url else None, private)
            if isinstance(answer, Reply):
                return answer
            if (place := joined(url, answer)) is None:
                raise Unfetchable(f"leads to {answer[:100]!r}, which is no address of the web")
            url = place
            passed.append(url)
        circle = " in a circle" if len(set(passed)) < len(passed) else f" more than {HOPS} times"
        raise Unfetchable(f"is redirected{circle}; look at it in a browser")

    def patiently(self, url: str, known: Seen | None, private: bool) -> Reply | str:
        """Ask until there is an answer or the tries are over; a redirect is an address."""
        for attempt in range(1, self.settings.tries + 1):
            try:
                return self.once(url, known, private)
            except Again as trouble:
                reason, wait = trouble.reason, trouble.wait
            if wait is not None and wait > self.settings.patience:
                self.free[host_of(url)] = time.monotonic() + wait
                raise Unfetchable(f"{reason}; pull again in {wait:.0f} s")
            if attempt < self.settings.tries:
                usual = self.settings.backoff * 2 ** (attempt - 1)
                self.sleep(usual if wait is None else wait)
        times = f", {attempt} times" if attempt > 1 else ""
        raise Unfetchable(f"{reason}{times}; pull again later")

    def once(self, url: str, known: Seen | None, private: bool) -> Reply | str:
        """Ask one time; raises Again where that may help."""
        self.wait_turn(host_of(url))
        self.wire.begin(seconds=self.settings.seconds, private=private)
        try:
            with troubles(), self.http.stream("GET", url, headers=conditions(known)) as response:
                return self.understand(response, url, known)
        finally:
            self.free[host_of(url)] = time.monotonic() + self.pause_of(host_of(url))

    def understand(self, response: httpx.Response, url: str, known: Seen | None) -> Reply | str:
        """Make of an answer what it means."""
        status = response.status_code
        if status in REDIRECTS:
            return redirect_of(response)
        if status == 304 and known:
            return Reply(url=url, unchanged=True)
        if status in PASSING:
            wait = retry_after(response.headers.get("retry-after", ""))
            raise Again(f"answers with status {status}", wait)
        if status != 200:
            raise Unfetchable(meaning(status), status=status)
        return self.read(response, url)

    def read(self, response: httpx.Response, url: str) -> Reply:
        """Read the body of an answer, no further than it may go."""
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.settings.largest:
            raise too_large(self.settings.largest)
        encoding = response.headers.get("content-encoding", "")
        return Reply(
            url=url,
            content=read_body(response.iter_raw(), encoding, self.settings.largest),
            type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            etag=header(response, "etag"),
            last_modified=header(response, "last-modified"),
            next=next_of(response, url),
        )

    def wait_turn(self, host: str) -> None:
        """Wait until a host may be asked again; raises Unfetchable if that is too far off."""
        wait = self.free.get(host, 0.0) - time.monotonic()
        if wait > self.settings.patience:
            raise Unfetchable(f"{host} asked to be left alone; pull again in {wait:.0f} s")
        if wait > 0:
            self.sleep(wait)

    def pause_of(self, host: str) -> float:
        """Give the seconds between two requests to a host."""
        return max(self.settings.pause, self.pauses.get(host, 0.0))

    def slow_down(self, url: str, delay: float) -> None:
        """Keep a longer pause with a host, as it asks for, within our patience."""
        self.pauses[host_of(url)] = min(delay, self.settings.patience)


def headers(contact: str) -> dict[str, str]:
    """Give what is said of us with each request."""
    who = f" (mailto:{contact})" if contact else ""
    return {
        "User-Agent": f"{AGENT}/{__version__}{who}",
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
    }


def conditions(known: Seen | None) -> dict[str, str]:
    """Give the headers that ask for news only."""
    found = {}
    if known and known.etag:
        found["If-None-Match"] = known.etag
    if known and known.last_modified:
        found["If-Modified-Since"] = known.last_modified
    return found


@contextmanager
def troubles() -> Iterator[None]:
    """Say what went wrong on the way in our own words."""
    try:
        yield
    except (httpx.TimeoutException, httpcore.TimeoutException) as error:
        raise Again("did not answer in time") from error
    except httpx.RemoteProtocolError as error:
        raise Again("broke off in the middle of its answer") from error
    except (httpx.TransportError, httpcore.NetworkError, OSError) as error:
        raise Again(f"cannot be reached ({' '.join(str(error).split())[:200]})") from error
    except httpx.InvalidURL as error:
        raise Unfetchable("is no address that can be asked") from error


def check_address(url: str) -> None:
    """Raise Unfetchable for an address that is none of the open web."""
    if web_address(url) is None:
        raise Unfetchable(f"leads to {url[:100]!r}, which is no address of the web")
    if urlsplit(url).username or urlsplit(url).password:
        raise Unfetchable("leads to an address with a name or password in it, which is not asked")


def redirect_of(response: httpx.Response) -> str:
    """Give where an answer leads."""
    place = header(response, "location")
    if not place:
        raise Unfetchable("is redirected to nowhere")
    return place


def next_of(response: httpx.Response, url: str) -> str:
    """Give the address of the next page of a list, if a header names one."""
    place = response.links.get("next", {}).get("url", "")
    return joined(url, place) or ""


def header(response: httpx.Response, name: str) -> str:
    """Give a header, if it is fit to be sent back."""
    value = response.headers.get(name, "")
    return value if value.isprintable() and len(value) < 2000 else ""


def meaning(status: int) -> str:
    """Say what a status means for us."""
    if status in GONE:
        return f"is not there (status {status})"
    said = REFUSED.get(status)
    return f"{said} (status {status})" if said else f"answers with status {status}"


def retry_after(value: str) -> float | None:
    """Give the seconds that a host asks to be left alone, from a number or a date."""
    if value.strip().isdecimal():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def host_of(url: str) -> str:
    """Give the host that an address asks, with its port."""
    return urlsplit(url).netloc.lower()
