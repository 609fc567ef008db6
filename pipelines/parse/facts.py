"""Years, identifiers, licences and languages, read out of what documents say of themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipelines.parse.tidy import fold, vocabulary

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>]+[^\s\"'<>.,;)\]]", re.IGNORECASE)
CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<terms>[a-z-]+)|publicdomain/(?P<free>zero|mark))"
    r"(?:/(?P<version>\d\.\d))?",
    re.IGNORECASE,
)
CC_IN_WORDS = re.compile(r"\bCC[ -](?P<terms>BY(?:-(?:NC|ND|SA))*|0)(?:[ -](?P<version>\d\.\d))?\b")
OPEN_GOVERNMENT = re.compile(r"open[- ]government[- ]licen[cs]e\D{0,20}(?P<version>\d)", re.I)
LANGUAGE = re.compile(r"[a-z]{2,3}", re.IGNORECASE)
THREE_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "nld": "nl", "dut": "nl", "cym": "cy", "wel": "cy", "gle": "ga", "gla": "gd", "ita": "it",
    "por": "pt", "pol": "pl", "dan": "da", "nob": "nb", "nor": "nb", "swe": "sv", "fin": "fi",
}  # fmt: skip
WORDS_LOOKED_AT = 5000
ENOUGH_WORDS = 20
ENOUGH_SHARE = 0.12


def year_of(text: object) -> int | None:
    """The first year between 1900 and 2099 in a date or a sentence."""
    found = YEAR.search(str(text or ""))
    return int(found.group()) if found else None


def doi_of(text: str | None) -> str | None:
    """The first DOI in the text, without its resolver."""
    found = DOI.search(text or "")
    return found.group() if found else None


def licence_of(*texts: str | None) -> str | None:
    """The licence by its short name ("CC-BY-4.0"); else the first text, if it is short."""
    for text in filter(None, texts):
        if found := CREATIVE_COMMONS.search(text):
            return creative_commons(found["terms"], found["free"], found["version"])
        if found := CC_IN_WORDS.search(text):
            return "-".join(filter(None, ["CC", found["terms"], found["version"]]))
        if found := OPEN_GOVERNMENT.search(text):
            return f"OGL-UK-{found['version']}.0"
    first = fold(next(filter(None, texts), ""))
    return first if first and len(first) <= 120 else None


def creative_commons(terms: str | None, free: str | None, version: str | None) -> str:
    """The short name of a Creative Commons licence from the parts of its address."""
    name = {"zero": "CC0", "mark": "PDM"}.get((free or "").lower()) or f"CC-{terms}".upper()
    return f"{name}-{version}" if version else name


def language_code(text: str | None) -> str | None:
    """The two letters of a language tag ("en-GB", "eng"); None if it is no tag."""
    found = LANGUAGE.match((text or "").strip())
    if not found:
        return None
    code = found.group().lower()
    return THREE_LETTERS.get(code, code if len(code) == 2 else None)


def language_of(texts: Iterable[str]) -> str | None:
    """The language whose commonest words the texts hold; None if few words or no clear answer."""
    words = [word for text in texts for word in text.lower().split()][:WORDS_LOOKED_AT]
    shares = language_shares(words)
    best = max(shares, key=lambda code: shares[code])
    return best if len(words) >= ENOUGH_WORDS and shares[best] >= ENOUGH_SHARE else None


def language_shares(words: Sequence[str]) -> dict[str, float]:
    """For each language we know: the share of lower-case words that are its commonest ones."""
    counts = Counter(words)
    return {
        code: sum(counts[word] for word in common) / max(len(words), 1)
        for code, common in vocabulary()["languages"].items()
    }
