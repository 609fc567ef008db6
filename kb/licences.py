"""Which licence a text names, and whether it lets the full text of a document be passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

UNKNOWN = {"", "unknown"}
VERSION = re.compile(r"(?:^|(?<=[ v/]))\d(?:\.\d)?(?=$|[ /])")


CREATIVE_COMMONS = ("creative commons ", "cc ", "cc0 ")
"""How the names begin that may end in a place, as in "Attribution 4.0 International"."""

FORMS = (" licence", " license", " public licence", " public license")
"""What may end the name of any licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence as `licences.yml` has it."""

    id: str
    publish: bool
    names: tuple[str, ...]
    urls: tuple[str, ...]
    versions: bool = False


@cache
def load_licences() -> tuple[Licence, ...]:
    """Read the licences that are known."""
    return tuple(
        Licence(**entry | {"names": tuple(entry["names"]), "urls": tuple(entry["urls"])})
        for entry in _read()["licences"]
    )


@cache
def _read() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
    return data


def find_licence(text: str | None) -> Licence | None:
    """Give the licence that a name or an address means, None if it is not known."""
    written = " ".join((text or "").lower().split())
    address = re.sub(r"^https?://(www\.)?", "", written)
    name = plain_name(written)
    for licence in load_licences():
        if name in licence.names or any(address.startswith(url) for url in licence.urls):
            return licence
    return None


def plain_name(written: str) -> str:
    """Give a licence's name without version, punctuation and place."""
    whole = without_version(written)
    if any(whole in licence.names for licence in load_licences()):
        return whole
    bare = without_version(without_end(written, FORMS))
    if bare.startswith(CREATIVE_COMMONS):
        bare = without_end(bare, tuple(f" {place}" for place in _read()["places"]))
    return bare.removesuffix(" v").removesuffix(" version")


def without_version(written: str) -> str:
    """Give a name without punctuation and the number of its version."""
    return " ".join(VERSION.sub(" ", re.sub(r"[-_/ ]+", " ", written)).split())


def without_end(name: str, ends: tuple[str, ...]) -> str:
    """Give a name without the longest of these that it ends in."""
    found = [end for end in ends if name.endswith(end)]
    return name.removesuffix(max(found, key=len, default=""))


def licence_id(text: str | None) -> str | None:
    """Give a licence by its usual id with its version, such as CC-BY-4.0, or as it is written.

    None where nothing is known of it.
    """
    written = " ".join((text or "").split())
    if written.lower() in UNKNOWN:
        return None
    licence = find_licence(written)
    if licence is None:
        return written
    version = VERSION.search(re.sub(r"[-_]", " ", written.lower())) if licence.versions else None
    return f"{licence.id}-{version.group()}" if version else licence.id


def may_publish(text: str | None) -> bool:
    """Say whether a licence lets the full text be passed on; one that is not known does not."""
    licence = find_licence(text)
    return licence is not None and licence.publish
