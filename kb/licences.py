"""Which licence a text names, and whether it lets the full text of a document be passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

UNKNOWN = {"", "unknown"}
VERSION = re.compile(r"(?:^|(?<=[ v/]))\d(?:\.\d)?(?=$|[ /])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence as `licences.yml` has it; `why` says what keeps a text from being passed on."""

    id: str
    publish: bool
    names: tuple[str, ...]
    urls: tuple[str, ...]
    versions: bool = False
    why: str = ""


@cache
def load_licences() -> tuple[Licence, ...]:
    """Read the licences that are known."""
    entries = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
    return tuple(
        Licence(**entry | {"names": tuple(entry["names"]), "urls": tuple(entry["urls"])})
        for entry in entries
    )


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
    """Give a licence's name without version and punctuation."""
    spaced = re.sub(r"[-_/ ]+", " ", written.removesuffix(" licence").removesuffix(" license"))
    bare = " ".join(VERSION.sub(" ", spaced).split()).removesuffix(" v").removesuffix(" version")
    whole = " ".join(VERSION.sub(" ", re.sub(r"[-_/ ]+", " ", written)).split())
    return whole if any(whole in licence.names for licence in load_licences()) else bare


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


def why_not(text: str | None) -> str:
    """Say what keeps a full text from being passed on; empty if nothing does."""
    licence = find_licence(text)
    if licence is None:
        return "no licence is known" if licence_id(text) is None else "its licence is not known"
    return "" if licence.publish else licence.why
