"""A server on loopback that behaves as badly as it is told to, and notes what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = b"<html><head><title>%s</title></head><body><p>%s</p></body></html>"


@dataclass
class Site:
    """Routes by path; each is an answer (status, headers, body), a list of them in turn, or code.

    `asked` are the paths and headers of requests, in order.
    """

    url: str = ""
    routes: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Give the paths that were asked for, robots.txt left out."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def page(self, path: str, words: str, **headers: str) -> None:
        """Have a web page at a path."""
        body = PAGE % (path.strip("/").encode(), words.encode())
        self.routes[path] = (200, {"Content-Type": "text/html", **headers}, body)


def answer(handler: BaseHTTPRequestHandler, status: int, headers: Any, body: bytes) -> None:
    """Send an answer; a header Content-Length of its own may lie."""
    known = handler.headers.get("If-None-Match")
    if status == 200 and known and known == headers.get("ETag"):
        status, body = 304, b""
    handler.send_response_only(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        if value is not None:
            handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    """Give the class that answers for a site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            route = site.routes.get(self.path, (404, {}, b"no such page"))
            if isinstance(route, list):
                route = route.pop(0) if len(route) > 1 else route[0]
            try:
                if callable(route):
                    route(self)
                else:
                    answer(self, *route)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serve() -> Iterator[Site]:
    """Run a site for as long as a test takes."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site))
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def trickle(body: bytes, seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Give a route that sends its body byte by byte, and takes its time over each."""

    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(seconds)

    return route


def silent(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Give a route that says nothing for a while."""
    return lambda handler: time.sleep(seconds)


def endless(chunk: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Give a route whose body never ends, and that does not say how long it is."""

    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(chunk)

    return route


def cut_off(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Give a route that promises more than it sends."""

    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(len(body) + 1000))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return route
