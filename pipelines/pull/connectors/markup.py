"""Reading XML of strangers: small trees, no entities, names without their namespaces."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Collection, Iterator
from xml.etree import ElementTree

from kb.errors import Unfetchable
from pipelines.pull.tidy import words

LARGEST = 100 * 10**6
"""Bytes of a list, unpacked; the protocol of sitemaps allows half of that."""


def parse(content: bytes, what: str, roots: Collection[str]) -> ElementTree.Element:
    """Read a tree whose root is one of `roots`; raises Unfetchable."""
    content = unpacked(content, what)
    if b"<!ENTITY" in content:
        raise Unfetchable(f"{what} defines entities, which is not read")
    try:
        tree = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unfetchable(f"{what} is not XML; look at it in a browser") from error
    if name_of(tree) not in roots:
        raise Unfetchable(f"{what} is something else; look at it in a browser")
    return tree


def unpacked(content: bytes, what: str) -> bytes:
    """Unpack what is stored with gzip, as sitemaps often are, no further than it may grow."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        whole = gzip.GzipFile(fileobj=io.BytesIO(content)).read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unfetchable(f"{what} is packed and damaged") from error
    if len(whole) > LARGEST:
        raise Unfetchable(f"{what} unpacks to more than {LARGEST // 10**6} MB")
    return whole


def name_of(element: ElementTree.Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Yield the children of a name."""
    yield from (child for child in element if name_of(child) == name)


def text_of(element: ElementTree.Element, *names: str) -> str | None:
    """Give the words of the first child that has one of these names and any words."""
    for name in names:
        for child in children(element, name):
            if found := words("".join(child.itertext())):
                return found
    return None
