"""How well a document could be read: words nobody knows, lines out of order, pages left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path

from kb.models import Page, Passage
from pipelines.parse.tidy import has_words, vocabulary

WORD_LIST = ("symspellpy", "frequency_dictionary_en_82_765.txt")
"""The package and the file with the English words, British and American."""

FEWEST_WORDS = 20
"""Of fewer words that can be judged no share is given."""

USUAL, WEIGHT = 0.01, 5
"""The share of words that are unknown in sound text, and what each further one weighs."""

LONGEST, A_WORD = 25, 8
"""Letters: what is longer is words run together, about one for each eight."""

NOT_JUDGED = {"reference"}
"""Kinds of passages whose words are mostly names and foreign titles."""

ADDRESS = re.compile(r"://|www\.|@|\b10\.\d{4,}|\.(?:com|org|uk|gov|net|eu)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
TORN = re.compile(r"[a-z][0-9#~^|\\{}]+[a-z]")
LOST = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Count:
    """Words of a text: all that have a letter or digit, those judged, and those unknown."""

    words: int = 0
    judged: int = 0
    unknown: int = 0

    def __add__(self, other: Count) -> Count:
        """The words of two texts."""
        return Count(
            self.words + other.words, self.judged + other.judged, self.unknown + other.unknown
        )

    @property
    def share(self) -> float | None:
        """The share that is unknown; None where too few words can be judged."""
        return self.unknown / self.judged if self.judged >= FEWEST_WORDS else None


def judge(
    passages: Sequence[Passage], sheets: Sequence[Page], language: str | None
) -> tuple[tuple[Page, ...], float | None]:
    """The pages with their figures, and the quality of the whole, from 0 to 1.

    A page is worth (1 - 5 x (its unknown share - 0.01)) x (1 - its doubtful share), one that
    could not be read, or an image without words, 0; the whole is their mean. It is None where the
    language is not known.
    """
    by_page: dict[int, Count] = {}
    whole = Count()
    for page, text, spoken in pieces(passages, language):
        count = count_words(text, spoken)
        whole += count
        by_page[page] = by_page.get(page, Count()) + count
    judged = tuple(judge_page(sheet, by_page.get(sheet.number, Count()), whole) for sheet in sheets)
    values = [sheet.quality for sheet in judged if sheet.quality is not None]
    quality = sum(values) / len(values) if values else worth(whole.share, None)
    return judged, round(quality, 3) if language else None


def pieces(
    passages: Sequence[Passage], language: str | None
) -> Iterator[tuple[int, str, str | None]]:
    """Page (0 without), words and language of each printed line, or passage without lines."""
    for passage in passages:
        spoken = None if passage.kind in NOT_JUDGED else passage.language or language
        if not passage.lines:
            yield 0, passage.text, spoken
        for line, following in zip_longest(passage.lines, passage.lines[1:]):
            end = following.char_start if following else len(passage.text)
            yield line.page, passage.text[line.char_start : end], spoken


def judge_page(sheet: Page, count: Count, whole: Count) -> Page:
    """The page with its figures; one of few words is as sound as the whole."""
    unknown = None if count.share is None else round(count.share, 3)
    sheet = replace(sheet, words=count.words, unknown=unknown)
    if sheet.read_by in ("nothing", "failed", "damaged") or (
        sheet.read_by == "ocr" and not count.words
    ):
        return replace(sheet, quality=0.0)
    if not count.words:
        return sheet
    share = whole.share if count.share is None else count.share
    return replace(sheet, quality=round(worth(share, sheet.doubtful), 3))


def worth(unknown: float | None, doubtful: float | None) -> float:
    """How much of a text can be relied on, from 0 to 1."""
    spoilt = min(1.0, WEIGHT * max(0.0, (unknown or 0.0) - USUAL))
    return (1 - spoilt) * (1 - (doubtful or 0.0))


def count_words(text: str, language: str | None) -> Count:
    """The words of a text; judged are those of a language that there is a list of."""
    tokens = text.split()
    words = sum(map(has_words, tokens))
    if language != "en":
        return Count(words)
    letters = [c for c in text if c.isalpha()]
    shouted = sum(map(str.isupper, letters)) > 0.5 * len(letters)
    verdicts = [known for token in tokens for known in verdicts_on(token, shouted)]
    return Count(words, len(verdicts), verdicts.count(False))


def verdicts_on(token: str, shouted: bool) -> Iterator[bool]:
    """Whether each word of a token is known; names, short forms and addresses are passed over.

    Capitals are judged only where all is printed in them.
    """
    if ADDRESS.search(token):
        return
    if TORN.search(token) or (LOST.search(token) and len(token) > 1):
        yield from [False] * max(1, len(token) // LONGEST)
        return
    for word in WORD.findall(token) if not token[0].isdigit() else ():
        if len(word) > LONGEST:
            yield from [False] * (len(word) // A_WORD)
        elif len(word) > 1 and (word.islower() or (shouted and word.isupper())):
            yield is_known(word)


@lru_cache(maxsize=100_000)
def is_known(word: str) -> bool:
    """Whether a word, or what is left of it without a prefix, is in the English list."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if "'" in word or word in english() or plain(word) in english():
        return True
    rests = (word.removeprefix(p) for p in vocabulary()["prefixes"] if word.startswith(p))
    return any(len(rest) > 3 and rest in english() for rest in rests)


def plain(word: str) -> str:
    """The word without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def english() -> frozenset[str]:
    """The words of the English list, and those of words.yml that it lacks."""
    package, name = WORD_LIST
    spec = find_spec(package)  # found, not imported: only its list is wanted
    folders: Iterable[str] = (spec and spec.submodule_search_locations) or ()
    lines = [Path(folder, name).read_text("utf-8-sig").splitlines() for folder in folders]
    return frozenset(line.split()[0] for each in lines for line in each) | frozenset(
        vocabulary()["words"]
    )
