"""YAML that people write by hand: read with care, each complaint naming its place and line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kb.errors import KbError

Place = tuple[str | int, ...]
"""The keys that lead from the top of the file to a value."""

LARGEST, MOST, DEEPEST = 20 * 10**6, 10**6, 50
"""Bytes, values with each alias counted as what it stands for, and values within values."""

# libyaml's, where it is, is ten times as fast
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ID = re.compile(r"[a-z][a-z0-9_]*")


class CheckedYaml:
    """One file; its checks return the value or raise `error`, a class of KbError."""

    def __init__(self, path: Path, error: type[KbError]) -> None:
        self.path = path
        self.error = error
        self.content = _read(path, error)
        try:
            _check_size(self.content)
            loader = LOADER(self.content)
            self.root = loader.get_single_node()
            # before merging, for what a mapping says anew of another is not said twice
            repeated = list(_repeated(self.root, ()))
            self.data = loader.construct_document(self.root) if self.root else None
        except _Trap as problem:
            raise error(f"{path}, {problem}") from problem
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as problem:
            raise error(f"{path}: not YAML: {' '.join(str(problem).split())}") from problem
        for place in repeated:
            raise self.complaint(place, "stands here twice; keep one of them")

    def complaint(self, place: Place, message: str) -> KbError:
        """Return the error to raise for what stands at a place."""
        name = ".".join(str(key) for key in place) or "the whole file"
        return self.error(f"{self.path}, line {_line(self.root, place)}: {name}: {message}")

    def mapping(
        self, data: Any, place: Place, allowed: Collection[str] | None = None
    ) -> Mapping[str, Any]:
        """Check for a mapping whose keys are `allowed`; None allows any id."""
        if not isinstance(data, dict):
            raise self.complaint(place, "a mapping of names is needed here")
        for key in data:
            if allowed is None:
                self.id(key, (*place, key))
            elif key not in allowed:
                raise self.complaint((*place, key), f"unknown; say one of {listed(allowed)}")
        return data

    def id(self, value: Any, place: Place) -> str:
        """Check for a name that can serve in a database and a URL."""
        if isinstance(value, str) and ID.fullmatch(value):
            return value
        message = f"{value!r} is no id: small letters, digits and _, a letter first"
        raise self.complaint(place, message)

    def text(self, data: Mapping[str, Any], place: Place) -> str:
        """Check for a text under the last key of `place`; return it with white space folded."""
        value = data.get(str(place[-1]))
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        raise self.complaint(place, "a text is needed (in quotes if it looks like a number)")

    def texts(self, data: Any, place: Place) -> tuple[str, ...]:
        """Check for a list of texts."""
        if isinstance(data, list) and all(isinstance(text, str) and text for text in data):
            return tuple(data)
        raise self.complaint(place, "a list of texts is needed here")

    def flag(self, data: Mapping[str, Any], place: Place) -> Any:
        """Check for true or false under the last key of `place`; false if it is not there."""
        return self.one_of(data.get(str(place[-1]), False), (True, False), place)

    def one_of(self, value: Any, allowed: Collection[Any], place: Place) -> Any:
        """Check for one of the `allowed` values."""
        if value in allowed:
            return value
        raise self.complaint(place, f"{value!r} is unknown; say one of {listed(allowed)}")


class _Trap(Exception):
    """What would never end to be read; says its line and what it is."""


def _read(path: Path, error: type[KbError]) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise error(f"{path}: has more than {LARGEST / 1e6:g} MB; split it, or name another file")
    return content


def _check_size(content: bytes) -> None:
    """Raise _Trap for what is nested so deep, or grows so by its aliases, as to be a trap."""
    sizes: dict[str, int] = {}
    anchors: list[str | None] = []
    counts = [0]
    for event in yaml.parse(content, LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            anchors.append(event.anchor)
            counts.append(1)
            sizes.pop(event.anchor or "", None)
        elif isinstance(event, yaml.CollectionEndEvent):
            size, anchor = counts.pop(), anchors.pop()
            sizes[anchor or ""] = size
            counts[-1] += size
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in anchors:
                raise _Trap(f"line {_at(event)}: *{event.anchor} stands within itself")
            counts[-1] += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            counts[-1] += 1
            sizes[event.anchor or ""] = 1
        if len(anchors) > DEEPEST:
            raise _Trap(f"line {_at(event)}: more than {DEEPEST} values within each other")
        if counts[-1] > MOST:
            raise _Trap(f"line {_at(event)}: more than {MOST:,} values, with their aliases")


def _at(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def listed(values: Collection[Any]) -> str:
    """Return values as a sorted list for a sentence."""
    return ", ".join(sorted(str(value) for value in values if value != ""))


def _line(node: yaml.Node | None, place: Place) -> int:
    line = 0
    for key in place:
        child = _child(node, key)
        if child is None:
            break
        line, node = child
    return line + 1


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key].start_mark.line, node.value[key]
    if isinstance(node, yaml.MappingNode):
        for name, value in reversed(node.value):
            if name.value == str(key):
                return name.start_mark.line, value
    return None


def _repeated(node: yaml.Node | None, place: Place) -> Iterator[Place]:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for name, value in node.value:
        if not isinstance(name, yaml.ScalarNode):
            continue
        here = (*place, name.value)
        if name.value in seen:
            yield here
        seen.add(name.value)
        yield from _repeated(value, here)
