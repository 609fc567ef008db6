from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pull_server import cut_off, endless, serve, silent, trickle

from kb import __version__
from kb.errors import Unfetchable
from pipelines.pull.client import Client, retry_after
from pipelines.pull.records import Reply, Seen, Settings
from pipelines.pull.wire import is_public

SETTINGS = Settings(
    contact="ann@example.org",
    pause=0,
    tries=3,
    backoff=1,
    patience=60,
    seconds=0.5,
    silence=0.3,
    largest=100_000,
)


@pytest.fixture
def site():
    with serve() as site:
        yield site


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(waits):
    with Client(SETTINGS, sleep=waits.append) as client:
        yield client


def reason(client, url, **options):
    with pytest.raises(Unfetchable) as error:
        client.get(url, private=True, **options)
    assert "\n" not in error.value.reason
    return error.value.reason


def test_an_answer_is_its_body_with_what_it_says_of_itself(site, client):
    site.routes["/a"] = (
        200,
        {"Content-Type": "text/plain; charset=utf-8", "ETag": '"1"', "Link": '</b>; rel="next"'},
        b"Rain helped.",
    )
    assert client.get(f"{site.url}/a", private=True) == Reply(
        url=f"{site.url}/a",
        content=b"Rain helped.",
        type="text/plain",
        etag='"1"',
        next=f"{site.url}/b",
    )


def test_we_say_who_we_are(site, client):
    site.routes["/a"] = (200, {}, b"a")
    client.get(f"{site.url}/a", private=True)
    ((_, headers),) = site.asked
    assert headers["User-Agent"] == f"evidence-kb/{__version__} (mailto:ann@example.org)"
    assert headers["Accept-Encoding"] == "gzip, deflate"


def test_what_is_known_is_asked_for_news_only_where_it_came_from(site, client):
    site.routes["/a"] = (302, {"Location": "/b"}, b"")
    site.routes["/b"] = (200, {"ETag": '"1"'}, b"b")
    known = Seen(
        url=f"{site.url}/a",
        final=f"{site.url}/b",
        sha256="",
        fetched=0,
        checked=0,
        etag='"1"',
        last_modified="Sun, 22 Nov 2026 10:00:00 GMT",
    )
    reply = client.get(f"{site.url}/a", known=known, private=True)
    assert reply == Reply(url=f"{site.url}/b", unchanged=True)
    assert [(path, headers.get("If-None-Match")) for path, headers in site.asked] == [
        ("/a", None),
        ("/b", '"1"'),
    ]
    assert site.asked[1][1]["If-Modified-Since"] == "Sun, 22 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"Rain helped.")),
        ("deflate", zlib.compress(b"Rain helped.")),
        ("identity", b"Rain helped."),
    ],
)
def test_a_packed_body_is_unpacked(site, client, encoding, body):
    site.routes["/a"] = (200, {"Content-Encoding": encoding}, body)
    assert client.get(f"{site.url}/a", private=True).content == b"Rain helped."


TOO_LARGE = "is larger than 0.1 MB; raise settings.largest if it is meant"


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ((404, {}, b""), "is not there (status 404)"),
        ((410, {}, b""), "is not there (status 410)"),
        ((403, {}, b""), "refuses us (status 403)"),
        ((401, {}, b""), "asks for a login (status 401)"),
        ((418, {}, b""), "answers with status 418"),
        ((304, {}, b""), "answers with status 304"),
        ((500, {}, b""), "answers with status 500, 3 times; pull again later"),
        (silent(1), "did not answer in time, 3 times; pull again later"),
        (trickle(b"x" * 40, 0.05), "did not answer in time, 3 times; pull again later"),
        (cut_off(b"half"), "broke off in the middle of its answer, 3 times; pull again later"),
        (endless(b"x" * 10_000), TOO_LARGE),
        ((200, {"Content-Length": "99999999999"}, b""), TOO_LARGE),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(10**8))), TOO_LARGE),
        ((200, {"Content-Encoding": "br"}, b"x"), "is packed in a way that was not asked for (br)"),
        (
            (200, {"Content-Encoding": "gzip"}, b"no gzip"),
            "is packed and damaged; pull again later",
        ),
        (
            (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 999)[:-9]),
            "is packed and ends too early; pull again later",
        ),
        ((302, {}, b""), "is redirected to nowhere"),
        (
            (302, {"Location": "/a"}, b""),
            "is redirected in a circle; look at it in a browser",
        ),
        (
            (302, {"Location": "file:///etc/passwd"}, b""),
            "leads to 'file:///etc/passwd', which is no address of the web",
        ),
        (
            (302, {"Location": "http://ann:secret@127.0.0.1/"}, b""),
            "leads to an address with a name or password in it, which is not asked",
        ),
    ],
)
def test_a_bad_answer_has_a_reason(site, client, route, expected):
    site.routes["/a"] = route
    assert reason(client, f"{site.url}/a") == expected


def test_what_passes_is_tried_again_after_longer_and_longer_waits(site, client, waits):
    site.routes["/a"] = [(500, {}, b""), (503, {}, b""), (200, {}, b"at last")]
    assert client.get(f"{site.url}/a", private=True).content == b"at last"
    assert [wait for wait in waits if wait >= 1] == [1, 2]


def test_retry_after_is_kept(site, client, waits):
    site.routes["/a"] = [(429, {"Retry-After": "7"}, b""), (200, {}, b"at last")]
    assert client.get(f"{site.url}/a", private=True).content == b"at last"
    assert [wait for wait in waits if wait >= 1] == [7]


def test_a_host_that_wants_to_be_left_alone_for_long_is(site, client):
    site.routes["/a"] = (429, {"Retry-After": "3600"}, b"")
    site.routes["/b"] = (200, {}, b"b")
    expected = "answers with status 429; pull again in 3600 s"
    assert reason(client, f"{site.url}/a") == expected
    assert reason(client, f"{site.url}/b").endswith("asked to be left alone; pull again in 3600 s")
    assert site.paths() == ["/a"]


def test_retry_after_may_be_a_date():
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert 80 < (retry_after(format_datetime(later, usegmt=True)) or 0) <= 90
    assert [retry_after(text) for text in ("5", "soon", "", "Sun, 22 Nov 2020 10:00:00 GMT")] == [
        5,
        None,
        None,
        0,
    ]


def test_a_host_is_not_hurried(site, waits):
    site.routes["/a"] = (200, {}, b"a")
    with Client(Settings(pause=5), sleep=waits.append) as client:
        client.get(f"{site.url}/a", private=True)
        client.get(f"{site.url}/a", private=True)
    assert [round(wait) for wait in waits] == [5]


def test_many_redirects_are_too_many(site, client):
    for n in range(20):
        site.routes[f"/{n}"] = (302, {"Location": f"/{n + 1}"}, b"")
    expected = "is redirected more than 10 times; look at it in a browser"
    assert reason(client, f"{site.url}/0") == expected


def test_what_robots_forbids_is_not_asked_at_any_hop(site, client):
    site.routes["/a"] = (302, {"Location": "/b"}, b"")

    def may(url):
        if url.endswith("/b"):
            raise Unfetchable("asks us not to")

    assert reason(client, f"{site.url}/a", may=may) == "asks us not to"
    assert site.paths() == ["/a"]


def test_a_private_address_is_not_asked_unless_it_is_meant(site, client):
    with pytest.raises(Unfetchable) as error:
        client.get(f"{site.url}/a")
    assert error.value.reason == (
        "127.0.0.1 is 127.0.0.1, which is not an address of the open internet; if it is meant, "
        "say allow_private: true"
    )
    assert site.asked == []


def test_a_private_address_stays_refused_after_it_was_asked_where_it_was_meant(site, client):
    site.routes["/a"] = (200, {}, b"a")
    client.get(f"{site.url}/a", private=True)
    with pytest.raises(Unfetchable, match="is not an address of the open internet"):
        client.get(f"{site.url}/a")
    assert site.paths() == ["/a"]


def test_a_redirect_to_a_private_address_is_not_followed(site, client, monkeypatch):
    port = int(site.url.rpartition(":")[2])
    site.routes["/a"] = (302, {"Location": "http://10.0.0.7/secret"}, b"")
    monkeypatch.setattr("pipelines.pull.wire.is_public", lambda ip: str(ip) == "127.0.0.1")
    with pytest.raises(Unfetchable, match=r"10\.0\.0\.7 is 10\.0\.0\.7, which is not an address"):
        client.get(f"http://127.0.0.1:{port}/a")
    assert site.paths() == ["/a"]


def test_the_address_that_was_checked_is_the_one_that_is_asked(site, client, monkeypatch):
    """A name that means another address a moment later leads to the first."""
    port = int(site.url.rpartition(":")[2])
    site.routes["/a"] = (200, {}, b"a")
    answers = [["127.0.0.1"], ["10.0.0.7"]]
    asked = []
    really = socket.getaddrinfo

    def resolve(host, port, *arguments, **options):
        if host != "reports.example":
            return really(host, port, *arguments, **options)
        asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (ip, port)) for ip in answers[len(asked) - 1]]

    connected = []
    connect = socket.create_connection

    def note(address, *arguments, **options):
        connected.append(address)
        return connect(address, *arguments, **options)

    monkeypatch.setattr("pipelines.pull.wire.socket.getaddrinfo", resolve)
    monkeypatch.setattr("pipelines.pull.wire.is_public", lambda ip: str(ip) == "127.0.0.1")
    monkeypatch.setattr("socket.create_connection", note)
    assert client.get(f"http://reports.example:{port}/a").content == b"a"
    assert (asked, connected) == (["reports.example"], [("127.0.0.1", port)])
    assert site.asked[0][1]["Host"] == f"reports.example:{port}"


def test_a_name_with_one_private_address_is_not_asked(client, monkeypatch):
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    both = [(*kind, (ip, 80)) for ip in ("93.184.216.34", "192.168.0.1")]
    monkeypatch.setattr("pipelines.pull.wire.socket.getaddrinfo", lambda *a, **o: both)
    with pytest.raises(Unfetchable, match=r"reports\.example is 192\.168\.0\.1"):
        client.get("http://reports.example/a")


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "::"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "ff02::1", "2001:db8::1"),
    ],
)
def test_addresses_that_are_not_of_the_open_internet(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_open_internet(text):
    assert is_public(ipaddress.ip_address(text))


def test_a_port_that_nobody_listens_on(client):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    said = reason(client, f"http://127.0.0.1:{port}/")
    assert said.startswith("cannot be reached (")
    assert said.endswith(", 3 times; pull again later")


def test_headers_that_trickle_come_to_an_end(client):
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server], daemon=True)
        thread.start()
        said = reason(client, f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert said == "did not answer in time, 3 times; pull again later"
    thread.join()


def drip(server: socket.socket) -> None:
    for _ in range(SETTINGS.tries):
        connection, _ = server.accept()
        with connection:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 20:
                try:
                    connection.send(bytes([byte]))
                except OSError:
                    break
                threading.Event().wait(0.05)
