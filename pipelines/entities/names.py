"""What names look like in print: terms as they may be written, capitalised words with a head."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.vocabulary import WORD, Term, words_of

CAPITALISED = r"[^\W\d_a-zß-öø-ÿ][\w.’'-]*\w(?:[’'](?!\w))?"
RUN = re.compile(rf"{CAPITALISED}(?:\s(?:(?:(?:of|for)(?:\sthe)?|and|&)\s)?{CAPITALISED})*")
PRINTED = re.compile(r"\S+")
AND = ("and", "&")
OF = ("of", "for")
JOINING = frozenset({*AND, *OF, "the"})
POSSESSIVE = re.compile(r"[’']s?$")
BRACKET = re.compile(r"[(\[]")
MARK = re.compile(r"(?<=[^\W\d_]{3})\d+$")
"""The mark of a note, glued to the word before it."""
OPENING = re.compile(r"\W*([^\W_]+)\W+(?=\w)")
COMPOUND = re.compile(r"[A-Z][‐‑-]")
"""What a term does not follow: it is a part of another name, as in "CAN-EU"."""
BETWEEN = re.compile(r"[\s‐‑–’'&-]{0,3}|\.")
"""What may stand between two words of one form; nothing where a number touches a word."""

Words = Sequence[re.Match[str]]
Forms = Mapping[tuple[str, ...], tuple[str, str, str]]
"""From the words of a form, in small letters, to the form, its kind and the preferred name."""


class Found(NamedTuple):
    """A name in a text from `start` to `end`; `head` is where the word that tells its kind is.

    The kind is empty for what is known to be no name.
    """

    start: int
    end: int
    kind: str
    name: str = ""
    head: int = -1

    def holds(self, other: Found) -> bool:
        """Whether the other is a part of this one, and not the whole."""
        inside = self.start <= other.start and other.end <= self.end
        return inside and self[:2] != other[:2]


def forms_of(terms: Sequence[Term], never: Sequence[str]) -> Forms:
    """Give each way of writing a term, and each name that is none, by its words."""
    known = {words_of(form): (form, term.kind, term.name) for term in terms for form in term.forms}
    return {words_of(form): (form, "", "") for form in never} | known


def terms_in(text: str, forms: Forms) -> Iterator[Found]:
    """Yield the terms in a text, the longest where several begin."""
    words = list(WORD.finditer(text))
    lower = [word.group().lower() for word in words]
    longest = max(map(len, forms), default=0)
    at = 0
    while at < len(words):
        for count in range(min(longest, len(words) - at), 0, -1):
            known = forms.get(tuple(lower[at : at + count]))
            if known and is_written(text, words[at : at + count], known[0]):
                end = words[at + count - 1].end()
                yield Found(words[at].start(), end, known[1], known[2])
                at += count - 1
                break
        at += 1


def is_written(text: str, words: Words, form: str) -> bool:
    """Whether words stand together as in a form, with its capitals, and no more with them."""
    start = words[0].start()
    if COMPOUND.match(text, max(0, start - 2), start):
        return False
    ends = itertools.pairwise(words)
    if not all(BETWEEN.fullmatch(text, a.end(), b.start()) for a, b in ends):
        return False
    wanted = "".join(WORD.findall(form))
    printed = "".join(word.group() for word in words)
    return all(b == a for a, b in zip(wanted, printed, strict=False) if a.isupper())


def headed_in(text: str, heads: Mapping[str, str]) -> Iterator[Found]:
    """Yield the runs of capitalised words that have a head; `heads` gives the kind of each."""
    for run in RUN.finditer(text):
        for words in parts(list(PRINTED.finditer(text, *run.span())), heads):
            if found := by_head(words, heads):
                yield found


def parts(words: Words, heads: Collection[str]) -> list[list[re.Match[str]]]:
    """Cut a run where a name has its head and another follows: "Leeds Trust and Age UK"."""
    cut: list[list[re.Match[str]]] = [[]]
    for word in words:
        last = cut[-1][-1].group() if cut[-1] else ""
        if bare(last) in heads and (word.group() in AND or bare(last) != last):
            cut.append([])
        if cut[-1] or word.group() not in JOINING:
            cut[-1].append(word)
    return cut


def by_head(words: Words, heads: Mapping[str, str]) -> Found | None:
    """Give the name that the heads among words make: "… Council", "University of …"."""
    texts = [bare(word.group()) for word in words]
    places = [at for at, text in enumerate(texts) if text in heads]
    if not places:
        return None
    head = last = places[-1]
    opening = [at for at in places if at + 1 < len(texts) and texts[at + 1] in OF]
    if opening and last + 1 < len(words):
        head, last = opening[0], len(words) - 1
    kind = heads[texts[head]]
    return Found(words[0].start(), words[last].end(), kind, head=words[head].start())


def trim(text: str, found: Found, openers: Collection[str]) -> Found:
    """Give a name without brackets, possessive and the words that open a sentence."""
    span = text[found.start : found.end].lstrip("([“‘\"' ")
    start = found.end - len(span)
    span = BRACKET.split(span, maxsplit=1)[0]
    while (word := OPENING.match(span)) and word[1].lower() in openers:
        span, start = span[word.end() :], start + word.end()
    span = bare(MARK.sub("", span.rstrip(' .,;:)]”"')))
    name = " ".join(span.replace("’", "'").replace("&", " and ").split())
    return found._replace(start=start, end=start + len(span), name=name)


def is_short_for(short: str, name: str) -> bool:
    """Whether an acronym is made of the first letters of a name's words, joining ones or not."""
    words = [word for word in re.split(r"[\s/-]+", name) if word[:1].isalpha()]
    telling = [word for word in words if word not in JOINING]
    return short.upper() in ("".join(word[0] for word in each).upper() for each in (words, telling))


def is_spelt_out(short: str, text: str) -> bool:
    """Whether the last words of a text are what an acronym stands for."""
    words = text.split()
    return any(is_short_for(short, " ".join(words[-count:])) for count in range(1, len(short) + 3))


def capitalised(name: str) -> list[str]:
    """Give the words of a name that begin with a capital."""
    return [word for word in name.split() if word[0].isupper()]


def bare(word: str) -> str:
    """Give a word without its possessive."""
    return POSSESSIVE.sub("", word)
