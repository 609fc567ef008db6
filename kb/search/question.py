"""Reading a question: its words, what they also mean, and what it is after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from sqlite_utils import Database

from kb.search.facets import CODE, Label
from kb.search.tokens import WORD, stems

LONGEST_STEM = 30
"""Letters before a star in a phrase at most."""
MOST_WORDS = 64
"""More words than this in a question are left out of the search by words."""
OWN_WORDS, OTHER_WORDS = 1.0, 0.5
"""How much the words of a question count, and those that mean the same."""
MOST_MEANINGS = 3
"""So many other words of one meaning are read with a question."""
SHORT = 4
"""Fewer letters, all of them capitals, mean something else in small."""
Phrase = tuple[str, ...]
"""The words of a phrase; a star at the end of one stands for any ending."""

PHRASE = re.compile(r'"([^"]*)"|“([^”]*)”')
NAME = re.compile(r"(?<=\w )[A-Z][a-z]{2,}\b")
PART = re.compile(r"[^\W_]+\*?|\*")
WITHOUT = re.compile(r"(?<!\S)-([^\W\d_]+)(?![\w-])")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some words also mean; with `capitals`, only where they stand in the same letters."""

    words: Phrase
    means: tuple[str, ...]
    capitals: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a knowledge base knows of how its field asks, as its tables tell it.

    `asks` are found by the first word of each phrase, with its star; `meanings` by the first word.
    """

    asks: Mapping[str, Sequence[tuple[Label, Phrase]]] = field(default_factory=dict)
    prefers: Mapping[str, Sequence[Label]] = field(default_factory=dict)
    meanings: Mapping[str, Sequence[Meaning]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is sought.

    `whole` is read for its meaning. `stems` have their weights; `known` are those of words of which
    it is known what they mean or ask for; `names` are those of words with a
    capital inside a question. Each of `phrases` must stand in a statement, none of the stems
    `without` may. `wants` are the values that it is after, `prefers` those that come first among
    claims of the codes that it is after. It `asks` if it begins as questions do.
    """

    text: str
    whole: str
    stems: Mapping[str, float]
    known: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    wants: tuple[Label, ...] = ()
    prefers: tuple[Label, ...] = ()
    asks: bool = False

    @property
    def own(self) -> set[str]:
        """Give the stems of its own words, without those that mean the same."""
        return {stem for stem, weight in self.stems.items() if weight == OWN_WORDS}


def load_wording(db: Database) -> Wording:
    """Read how the field asks from a knowledge base."""
    asks = db.conn.execute("select attribute, value, phrase from asks order by rowid")
    prefers: dict[str, list[Label]] = {}
    for code, *label in db.conn.execute("select * from prefers order by rowid"):
        prefers.setdefault(code, []).append((label[0], label[1]))
    synonyms = db.conn.execute("select words, means, documents from synonyms order by rowid")
    return Wording(asks=_by_first_word(asks), prefers=prefers, meanings=_meanings(synonyms))


def _meanings(rows: Iterable[tuple[str, str, int | None]]) -> dict[str, list[Meaning]]:
    means: dict[tuple[str, bool], list[str]] = {}
    for words, other, documents in rows:
        # letters that are a word in small: "it", or whatever documents make of their short forms
        short = words.isupper() and len(words) < SHORT
        capitals = short or (documents is not None and words != words.lower())
        means.setdefault((words, capitals), []).append(other)
    found: dict[str, list[Meaning]] = {}
    for (words, capitals), others in means.items():
        if parts := tuple(WORD.findall(words)):
            meaning = Meaning(parts, tuple(others), capitals)
            found.setdefault(parts[0].lower(), []).append(meaning)
    return found


def _by_first_word(rows: Iterable[Sequence[str]]) -> dict[str, list[tuple[Label, Phrase]]]:
    found: dict[str, list[tuple[Label, Phrase]]] = {}
    for name, value, phrase in rows:
        if parts := tuple(PART.findall(phrase.lower())):
            found.setdefault(parts[0], []).append(((name, value), parts))
    return found


def read_question(text: str, wording: Wording) -> Question:
    """Read a question: "words in quotes" must stand as they are, a -word must not."""
    phrases = tuple(a or b for a, b in PHRASE.findall(text) if stems(a or b))
    without = tuple(stem for word in WITHOUT.findall(PHRASE.sub(" ", text)) for stem in stems(word))
    plain = " ".join(re.sub('["“”]', " ", WITHOUT.sub(" ", text)).split())
    meant = list(_meant(plain, wording.meanings))
    others = list(dict.fromkeys(each for _, told in meant for each in told))
    asked = list(_wants(words_of(plain), wording))
    wants = tuple(dict.fromkeys(label for label, _ in asked))
    known = [*(words for words, _ in meant), *(words for _, words in asked)]
    codes = [value for name, value in wants if name == CODE]
    return Question(
        text=text,
        whole=f"{plain} ({', '.join(others)})" if others else plain,
        stems=_weights(plain, others),
        known=frozenset(stem for words in known for stem in stems(" ".join(words))),
        names=tuple(stem for word in NAME.findall(plain) for stem in stems(word)),
        phrases=phrases,
        without=without,
        wants=wants,
        prefers=tuple(label for code in codes for label in wording.prefers.get(code, ())),
        asks=_asks(plain),
    )


def _asks(text: str) -> bool:
    """Say whether a text is a question: "to what extent …" is one, "schemes that are …" is not."""
    first, *_ = words = words_of(text)[:3] or [""]
    asking = _grammar()["asking"]
    begins = any(first in each for each in asking) or any(word in asking[0] for word in words)
    return begins or text.endswith("?")


def words_of(text: str) -> list[str]:
    """Give the words of a text in small letters, in order."""
    return WORD.findall(text.lower())


def _wants(words: Sequence[str], wording: Wording) -> Iterator[tuple[Label, Sequence[str]]]:
    """Yield what words are after, and which of them say so.

    Each phrase is looked at only where its first word stands.
    """
    for at, word in enumerate(words):
        firsts = [word, *(f"{word[:end]}*" for end in range(min(len(word), LONGEST_STEM) + 1))]
        for first in firsts:
            for label, parts in wording.asks.get(first, ()):
                following = words[at : at + len(parts)]
                if len(following) == len(parts) and all(map(_is, following, parts)):
                    yield label, following


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _meant(
    text: str, meanings: Mapping[str, Sequence[Meaning]]
) -> Iterator[tuple[Phrase, list[str]]]:
    """Yield words of a text and what they also mean, but for what the text says itself."""
    words = WORD.findall(text)
    said = f" {_plain(text)} "
    for at, word in enumerate(words):
        others: dict[str, str] = {}
        own: Phrase = ()
        for first in dict.fromkeys((word, word.removesuffix("s"), word.removesuffix("es"))):
            for meaning in meanings.get(first.lower(), ()):
                found = words[at : at + len(meaning.words)]
                if _stand(meaning, found):
                    own = max(own, tuple(found), key=len)
                    others |= {_plain(each): each for each in meaning.means} | others
        told = [each for plain, each in others.items() if f" {plain} " not in said]
        if own:
            yield own, told[:MOST_MEANINGS]


def _plain(text: str) -> str:
    return " ".join(words_of(text))


def _stand(meaning: Meaning, found: Sequence[str]) -> bool:
    """Say whether words are those of a meaning, the last of them with or without its plural."""
    letters = str if meaning.capitals else str.lower
    wanted, given = ([letters(word) for word in words] for words in (meaning.words, found))
    if len(given) != len(wanted) or given[:-1] != wanted[:-1]:
        return False
    return given[-1] in (wanted[-1], f"{wanted[-1]}s", f"{wanted[-1]}es")


def _weights(text: str, others: Sequence[str]) -> dict[str, float]:
    every = stems(text)
    own = [stem for stem in every if stem not in grammar()]
    found = dict.fromkeys((own or every)[:MOST_WORDS], OWN_WORDS)
    for phrase in others:
        parts = [stem for stem in stems(phrase) if stem not in grammar()]
        for stem in parts:
            found.setdefault(stem, OTHER_WORDS / len(parts))
    return found


@cache
def grammar() -> frozenset[str]:
    """Give the stems of the words that say nothing of what a question is about."""
    every = (words for lists in _grammar().values() for words in lists)
    return frozenset(stem for words in every for stem in stems(" ".join(words)))


@cache
def _grammar() -> dict[str, list[list[str]]]:
    text = (Path(__file__).parent / "grammar.yml").read_text("utf-8")
    found: dict[str, list[list[str]]] = yaml.safe_load(text)
    return found
