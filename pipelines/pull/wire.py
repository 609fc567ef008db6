"""Connections that lead only where they may: each to the very address that was checked.

A name is resolved here and the connection made to what came of it, so that a name which means
something else a moment later does not help; and each answer has an end in time.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from kb.errors import Unfetchable

NAT64 = ipaddress.ip_network("64:ff9b::/96")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Private(Unfetchable):
    """An address is not one of the open internet, and was not said to be meant."""


def is_public(ip: Ip) -> bool:
    """Say whether an address is one of the open internet, whatever it is wrapped in."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[Ip]:
    """Give the addresses of a name; raises ConnectError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} is not known") from error
    plain = [str(entry[4][0]).partition("%")[0] for entry in found]
    return [ipaddress.ip_address(text) for text in dict.fromkeys(plain)]


def checked(host: str, port: int, *, private: bool) -> list[Ip]:
    """Give the addresses of a name if all of them may be asked; raises Unfetchable."""
    ips = resolve(host, port)
    for ip in ips:
        if not private and not is_public(ip):
            raise Private(
                f"{host} is {ip}, which is not an address of the open internet; if it is meant, "
                "say allow_private: true"
            )
    return ips


class Wire(httpcore.NetworkBackend):
    """Opens connections; `private` says whether to private addresses too, `until` when to end."""

    def __init__(self) -> None:
        self.private = False
        self.until = 0.0
        self._under = httpcore.SyncBackend()

    def begin(self, *, seconds: float, private: bool) -> None:
        """Set the terms of what comes next."""
        self.private = private
        self.until = time.monotonic() + seconds

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        """Give how long may still be waited; raises `error` when the time is over."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise error("the time that one answer may take is over")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a name's addresses that answers."""
        problem: Exception | None = None
        for ip in checked(host, port, private=self.private):
            wait = self.left(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._under.connect_tcp(str(ip), port, wait, local_address, socket_options)
                return Timed(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"the name {host} has no address")


class Timed(httpcore.NetworkStream):
    """A connection on which nothing goes on beyond the time that its answer may take."""

    def __init__(self, under: httpcore.NetworkStream, wire: Wire) -> None:
        self._under = under
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._under.read(max_bytes, self._wire.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._under.write(buffer, self._wire.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close."""
        self._under.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Encrypt what comes next; the certificate must be that of the name."""
        wait = self._wire.left(timeout, httpcore.ConnectTimeout)
        return Timed(self._under.start_tls(ssl_context, server_hostname, wait), self._wire)

    def get_extra_info(self, info: str) -> Any:
        """Give what is known of the connection."""
        return self._under.get_extra_info(info)


class Transport(httpx.HTTPTransport):
    """httpx's own way to ask, over a Wire; proxies of the environment are not used."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(verify=certificates(), trust_env=False)
        # none is kept open: what one source may ask, another may not, and each is to be checked
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates(), max_keepalive_connections=0, network_backend=wire
        )


@cache
def certificates() -> ssl.SSLContext:
    """Give the authorities by which sites are known; reading them takes a while."""
    return httpx.create_ssl_context()
