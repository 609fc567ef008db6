"""Which works are documents of the base: by their DOI, or by title, year and who made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kb.models import Citation, Identity
from pipelines.cite.alike import ENOUGH, TELLING, title_parts, titles_differ, words_of
from pipelines.cite.named import family

LONG = 8
"""Words of a title, but for numbers, that no two works of a year have in common by chance."""

Known = Mapping[str, Mapping[str, Identity]]
"""Documents by their id, under each DOI, and under each year and title."""


def known_documents(documents: Mapping[str, Identity]) -> Known:
    """Give the documents by what entries may name them with."""
    found: dict[str, dict[str, Identity]] = {}
    for id, each in sorted(documents.items()):
        for key in keys_of(each):
            found.setdefault(key, {})[id] = each
    return found


def keys_of(each: Identity) -> Iterator[str]:
    """The DOI of a document, its year and title, and those without a subtitle."""
    main, title = title_parts(each.title)
    if each.doi:
        yield each.doi.lower()
    if len(title) >= ENOUGH and each.year:
        yield f"{each.year} {''.join(title)}"
        if len(main) >= TELLING:
            yield f"{each.year} {''.join(main)}"


def document_of(citations: Iterable[Citation], known: Known) -> str | None:
    """The id of the one document that an entry of a work names, the first that names one."""
    for each in citations:
        for key in (each.doi or "", f"{each.year} {''.join(words_of(each.title))}"):
            fits = [id for id, one in known.get(key, {}).items() if is_document(each, one)]
            if len(fits) == 1:
                return fits[0]
    return None


def is_document(each: Citation, document: Identity) -> bool:
    """Whether an entry of the DOI, or of the year and title, of a document is of no other work."""
    if each.doi and document.doi:
        return each.doi == document.doi.lower() and not titles_differ(each.title, document.title)
    long = [word for word in words_of(each.title) if word.isalpha()]
    return len(long) >= LONG or same_makers(each, document)


def same_makers(each: Citation, document: Identity) -> bool:
    """Whether an author or publisher is named by both, or by one of the two none."""
    cited = set(map(words_of, [*map(family, each.authors), each.container]))
    own = set(map(words_of, [*document.authors, document.publisher]))
    cited, own = cited - {()}, own - {()}
    if not cited or not own:
        return True
    return any(set(a) <= set(b) or set(b) <= set(a) for a in cited for b in own)
