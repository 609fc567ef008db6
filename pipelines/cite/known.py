"""Which works are documents of the base: by their DOI, or by title, year and who made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kb.models import Citation, Identity, Work
from pipelines.cite.alike import ENOUGH, TELLING, title_parts, titles_differ, words_of
from pipelines.cite.named import family, is_person

LONG = 8
"""Words of a title, but for numbers, that no two works of a year have in common by chance."""

Known = Mapping[str, Mapping[str, Identity]]
"""Documents by their id, under each DOI, under each year and title, and under a telling title."""


def known_documents(documents: Mapping[str, Identity]) -> Known:
    """Give the documents by what entries may name them with."""
    found: dict[str, dict[str, Identity]] = {}
    for id, each in sorted(documents.items()):
        for key in keys_of(each):
            found.setdefault(key, {})[id] = each
    return found


def keys_of(each: Identity) -> Iterator[str]:
    """The DOI of a document, its year and title, and those without a subtitle or a year."""
    main, title = title_parts(each.title)
    if each.doi:
        yield each.doi.lower()
    if len(title) >= ENOUGH and each.year:
        yield key_of(title, each.year)
        if len(main) >= TELLING:
            yield key_of(main, each.year)
    if len(title) >= TELLING:
        yield key_of(title)


def key_of(title: Sequence[str], year: int | None = None) -> str:
    """The letters of a title, with the year if both sides have to tell it."""
    return f"{year or ''} {''.join(title)}"


def document_of(citations: Iterable[Citation], known: Known) -> str | None:
    """The id of the one document that an entry of a work names, the first that names one."""
    for each in citations:
        title = words_of(each.title)
        for key in (each.doi or "", key_of(title, each.year), key_of(title)):
            fits = [id for id, one in known.get(key, {}).items() if is_document(each, one)]
            if len(fits) == 1:
                return fits[0]
    return None


def is_document(each: Citation, document: Identity) -> bool:
    """Whether an entry of the DOI, or of the title, of a document is of no other work.

    Of a document that tells neither year nor authors the title may be a guess, and says nothing
    against the DOI. Where one of the two has no year, more of the makers has to be known.
    """
    if each.doi and document.doi:
        is_guess = not (document.year or document.authors)
        same_title = is_guess or not titles_differ(each.title, document.title)
        return each.doi == document.doi.lower() and same_title
    is_long = sum(map(str.isalpha, words_of(each.title))) >= LONG
    if each.year and document.year:
        return each.year == document.year and (is_long or same_makers(each, document))
    return shares_author(each, document) or (is_long and same_makers(each, document))


def shares_author(each: Citation, document: Identity) -> bool:
    """Whether a person whom the entry names, by the family name, is an author of the document."""
    cited = {words_of(family(name)) for name in each.authors if is_person(name)} - {()}
    own = set(map(words_of, document.authors))
    return any(set(a) <= set(b) for a in cited for b in own)


def same_makers(each: Citation, document: Identity) -> bool:
    """Whether an author or publisher is named by both, or by one of the two none."""
    cited = set(map(words_of, [*map(family, each.authors), each.container]))
    own = set(map(words_of, [*document.authors, document.publisher]))
    cited, own = cited - {()}, own - {()}
    if not cited or not own:
        return True
    return any(set(a) <= set(b) or set(b) <= set(a) for a in cited for b in own)


def ambiguous(works: Iterable[Work], documents: Mapping[str, Identity]) -> frozenset[str]:
    """The documents without year and authors that works of several years would be.

    Such a title comes again every year. What has the document's DOI is that document.
    """
    years: dict[str, set[int | None]] = {}
    for work in works:
        own = documents.get(work.document_id or "")
        if own and not (own.year or own.authors or own.doi):
            years.setdefault(work.document_id or "", set()).add(work.year)
    return frozenset(id for id, found in years.items() if len(found - {None}) > 1)
