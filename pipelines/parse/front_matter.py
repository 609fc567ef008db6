"""The fields at the head of a Markdown file, as far as they can be made out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
LARGEST = 64_000
"""Characters; nothing longer is front matter."""

FIELD = re.compile(r"(?P<name>[^\W\d][\w .-]{0,30}?)[ \t]*:(?:[ \t]+(?P<value>.*)|$)", re.MULTILINE)
USUAL = {"author", "authors", "date", "doi", "language", "licence", "license", "publisher",
         "title", "type", "url", "year"}  # fmt: skip
BROKEN = (yaml.YAMLError, ValueError, RecursionError)
EMPTY = {"", "~", "null"}


class Reader(yaml.BaseLoader):
    """A loader for which every value is a text, and which follows no alias: they can explode."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node; raise YAMLError if it is another one's alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields of the front matter by their names in lower case, and the text after it.

    Of broken YAML the fields are taken that can be read alone; what is no fields stays text.
    """
    found = FRONT_MATTER.match(text)
    if not found or len(found[1]) > LARGEST:
        return {}, text
    fields = loaded(found[1])
    if fields is None and are_fields(found[1]):
        fields = dict(saved(found[1]))
    if not isinstance(fields, dict):
        return {}, text
    return {str(name).lower(): value for name, value in fields.items()}, text[found.end() :]


def loaded(text: str) -> Any:
    """What the YAML says; None if it is broken or says nothing."""
    try:
        return yaml.load(text, Reader)  # it makes texts, lists and dicts only
    except BROKEN:
        return None


def are_fields(text: str) -> bool:
    """Whether broken YAML was meant as fields: its names are usual ones, or in small letters."""
    names = [found["name"] for chunk in chunks(text) if (found := FIELD.match(chunk))]
    return len(names) == len(list(chunks(text))) and any(
        name.lower() in USUAL or (name.islower() and " " not in name) for name in names
    )


def saved(text: str) -> Iterator[tuple[str, Any]]:
    """The fields of broken YAML, each read alone, or taken as it is written if it is a line."""
    for chunk in chunks(text):
        fields, found = loaded(chunk), FIELD.match(chunk)
        if isinstance(fields, dict):
            yield from fields.items()
        elif found and "\n" not in chunk and (found["value"] or "")[:1] not in set("[{*&!|>'\"%@`"):
            yield found["name"], found["value"]


def chunks(text: str) -> Iterator[str]:
    """The lines of the text, each with those that are indented under it or go on with its list."""
    chunk: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        if chunk and not line.startswith((" ", "\t", "-", "]", "}")):
            yield "\n".join(chunk)
            chunk = []
        chunk.append(line)
    if chunk:
        yield "\n".join(chunk)
