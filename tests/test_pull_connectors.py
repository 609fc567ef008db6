"""Each connector against answers in the shape that its service documents, written for this."""

from __future__ import annotations

import gzip
import json

import pytest

from kb.errors import Unfetchable
from kb.models import Bibliography
from pipelines.pull.connectors import FIRST, READ
from pipelines.pull.connectors.references import read_references
from pipelines.pull.listing import list_source
from pipelines.pull.records import (
    Address,
    Ask,
    Page,
    Reply,
    Settings,
    Skipped,
    Source,
    Wanted,
)

APIS = {
    "crossref": "https://crossref.test",
    "unpaywall": "https://unpaywall.test/v2",
    "europepmc": "https://europepmc.test/rest",
    "openalex": "https://openalex.test",
    "govuk": "https://gov.test/api/content",
    "zotero": "https://zotero.test",
}
SETTINGS = Settings(contact="ann@example.org", apis=APIS)


def asked(kind, where):
    return [ask.url for ask in FIRST[kind](Source(id="x", kind=kind, where=where), SETTINGS)]


def read(reader, answer, url="https://x.test/list", about=None, **reply):
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    ask = Ask(reader=reader, url=url, about=about or Bibliography())
    return READ[reader](Reply(url=url, content=content, **reply), ask, SETTINGS)


# https://api.crossref.org/swagger-ui/index.html: GET /works/{doi}
CROSSREF = {
    "status": "ok",
    "message-type": "work",
    "message": {
        "DOI": "10.1234/BEANS",
        "title": ["Beans &amp; <i>leeks</i>"],
        "author": [
            {"given": "Ann", "family": "Oar", "sequence": "first"},
            {"name": "The Garden Trust", "sequence": "additional"},
        ],
        "issued": {"date-parts": [[2021, 5, 3]]},
        "container-title": ["Journal of Gardens"],
        "publisher": "Spade Press",
        "type": "journal-article",
        "language": "en",
        "license": [
            {"URL": "https://spade.test/tdm", "content-version": "tdm"},
            {"URL": "http://creativecommons.org/licenses/by/4.0/", "content-version": "vor"},
        ],
    },
}
BEANS = Bibliography(
    title="Beans & leeks",
    authors=("Ann Oar", "The Garden Trust"),
    year=2021,
    publisher="Journal of Gardens",
    kind="journal-article",
    doi="10.1234/beans",
    licence="CC-BY-4.0",
    language="en",
)
UNPAYWALL_URL = "https://unpaywall.test/v2/10.1234/beans?email=ann%40example.org"


def test_crossref_tells_of_a_work_and_unpaywall_is_asked_for_it():
    assert asked("doi", "10.1234/beans") == [
        "https://crossref.test/works/10.1234/beans?mailto=ann%40example.org"
    ]
    assert read("crossref", CROSSREF) == Page(
        more=(Ask(reader="unpaywall", url=UNPAYWALL_URL, about=BEANS),)
    )


def test_a_doi_with_odd_letters_is_quoted():
    assert asked("doi", "10.1234/a<b>#c?d") == [
        "https://crossref.test/works/10.1234/a%3Cb%3E%23c%3Fd?mailto=ann%40example.org"
    ]


# https://unpaywall.org/products/api and https://unpaywall.org/data-format
UNPAYWALL = {
    "doi": "10.1234/beans",
    "is_oa": True,
    "title": "Beans",
    "year": 2021,
    "best_oa_location": {
        "url": "https://spade.test/beans",
        "url_for_pdf": "https://spade.test/beans.pdf",
        "license": "cc-by",
        "version": "publishedVersion",
        "host_type": "publisher",
    },
    "oa_locations": [
        {"url": "https://spade.test/beans", "url_for_pdf": "https://spade.test/beans.pdf"},
        {"url": "https://shed.test/1", "url_for_pdf": None, "host_type": "repository"},
    ],
}


def test_unpaywall_leads_to_open_copies_the_best_first():
    about = Bibliography(title="Beans", doi="10.1234/beans", authors=("Ann Oar",))
    assert read("unpaywall", UNPAYWALL, about=about) == Page(
        wanted=(
            Wanted(
                key="10.1234/beans",
                addresses=(
                    Address("https://spade.test/beans.pdf", "pdf"),
                    Address("https://spade.test/beans"),
                    Address("https://shed.test/1"),
                ),
                about=Bibliography(
                    title="Beans",
                    doi="10.1234/beans",
                    authors=("Ann Oar",),
                    year=2021,
                    licence="CC-BY",
                ),
            ),
        )
    )


def test_a_work_without_an_open_copy_is_skipped():
    closed = {"doi": "10.1234/b", "is_oa": False, "best_oa_location": None, "oa_locations": []}
    assert read("unpaywall", closed, about=Bibliography(doi="10.1234/b")) == Page(
        skipped=(
            Skipped(
                "10.1234/b",
                "has no open copy that Unpaywall knows; put yours into corpus/raw",
            ),
        )
    )


# https://europepmc.org/RestfulWebService: search, resultType=core, cursorMark
EUROPE_PMC = {
    "hitCount": 2,
    "nextCursorMark": "AoE1",
    "resultList": {
        "result": [
            {
                "id": "1",
                "source": "MED",
                "pmcid": "PMC7",
                "doi": "10.1234/Beans",
                "title": "Beans.",
                "authorList": {"author": [{"fullName": "Oar A"}, {"collectiveName": "Trust"}]},
                "journalInfo": {"journal": {"title": "Journal of Gardens"}},
                "pubYear": "2021",
                "isOpenAccess": "Y",
                "license": "cc by-nc",
            },
            {"id": "2", "source": "MED", "title": "Leeks.", "isOpenAccess": "N"},
        ]
    },
}
QUERY = "https://europepmc.test/rest/search?query=beans&resultType=core&format=json&pageSize=100"


def test_europe_pmc_gives_open_articles_and_the_next_page():
    assert read("europepmc", EUROPE_PMC, url=f"{QUERY}&cursorMark=%2A") == Page(
        wanted=(
            Wanted(
                key="PMC7",
                addresses=(Address("https://europepmc.test/rest/PMC7/fullTextXML", "xml"),),
                about=Bibliography(
                    title="Beans",
                    authors=("Oar A", "Trust"),
                    year=2021,
                    publisher="Journal of Gardens",
                    doi="10.1234/beans",
                    licence="CC-BY-NC",
                ),
            ),
        ),
        skipped=(Skipped("MED:2", "has no open full text in Europe PMC"),),
        more=(Ask(reader="europepmc", url=f"{QUERY}&cursorMark=AoE1"),),
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"hitCount": 0, "nextCursorMark": "*", "resultList": {"result": []}},
        {"hitCount": 0, "resultList": {"result": []}},
        {"hitCount": 3, "nextCursorMark": "AoE2", "resultList": {"result": []}},
    ],
)
def test_the_last_page_of_europe_pmc_is_the_last(answer):
    assert read("europepmc", answer, url=f"{QUERY}&cursorMark=AoE1") == Page()


@pytest.mark.parametrize(
    ("where", "query"),
    [
        ("PMC7", "PMCID%3APMC7"),
        ("MED:12", "EXT_ID%3A12+AND+SRC%3AMED"),
        ("integrated care", "integrated+care"),
    ],
)
def test_europe_pmc_is_asked_by_id_or_query(where, query):
    (url,) = asked("europepmc", where)
    assert f"search?query={query}&" in url


# https://developers.openalex.org/guides/page-through-results
OPENALEX = {
    "meta": {"count": 101, "page": 1, "per_page": 100},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "doi": "https://doi.org/10.1234/beans",
            "title": "Beans",
            "publication_year": 2021,
            "type": "report",
            "language": "en",
            "authorships": [{"author": {"display_name": "Ann Oar"}}],
            "primary_location": {"source": {"display_name": "Spade Press"}},
            "best_oa_location": {
                "pdf_url": "https://spade.test/beans.pdf",
                "landing_page_url": "https://spade.test/beans",
                "license": "cc-by",
            },
        },
        {"id": "https://openalex.org/W2", "title": "Leeks", "best_oa_location": None},
    ],
}
WORKS = "https://openalex.test/works?search=beans&per_page=100&page="
MAIL = "&mailto=ann%40example.org"


def test_openalex_gives_open_works_and_the_next_page():
    assert asked("openalex", "search=beans") == [f"{WORKS}1{MAIL}"]
    assert read("openalex", OPENALEX, url=f"{WORKS}1{MAIL}") == Page(
        wanted=(
            Wanted(
                key="https://openalex.org/W1",
                addresses=(
                    Address("https://spade.test/beans.pdf", "pdf"),
                    Address("https://spade.test/beans"),
                ),
                about=Bibliography(
                    title="Beans",
                    authors=("Ann Oar",),
                    year=2021,
                    publisher="Spade Press",
                    kind="report",
                    doi="10.1234/beans",
                    licence="CC-BY",
                    language="en",
                ),
            ),
        ),
        skipped=(Skipped("https://openalex.org/W2", "has no open copy that OpenAlex knows"),),
        more=(Ask(reader="openalex", url=f"{WORKS}2{MAIL}"),),
    )


def test_the_last_page_of_openalex_is_the_last():
    assert read("openalex", OPENALEX, url=f"{WORKS}2{MAIL}").more == ()
    empty = {"meta": {"count": 0, "page": 1, "per_page": 100}, "results": []}
    assert read("openalex", empty, url=f"{WORKS}1{MAIL}") == Page()


# https://docs.publishing.service.gov.uk/content-schemas/publication.html
PUBLICATION = {
    "base_path": "/government/publications/beans",
    "document_type": "impact_assessment",
    "title": "Beans",
    "locale": "en",
    "first_published_at": "2021-05-03T09:00:00.000+01:00",
    "details": {
        "attachments": [
            {
                "attachment_type": "file",
                "content_type": "application/pdf",
                "filename": "beans.pdf",
                "title": "Beans: the report",
                "url": "https://assets.gov.test/media/1/beans.pdf",
            },
            {
                "attachment_type": "html",
                "title": "Beans: the page",
                "url": "/government/publications/beans/page",
            },
            {
                "attachment_type": "file",
                "content_type": "text/csv",
                "title": "Beans: the data",
                "url": "https://assets.gov.test/media/2/beans.csv",
            },
        ]
    },
    "links": {"organisations": [{"title": "Ministry of Gardens"}]},
}
GOV = Bibliography(
    title="Beans",
    authors=("Ministry of Gardens",),
    year=2021,
    publisher="Ministry of Gardens",
    kind="impact assessment",
    licence="OGL-UK-3.0",
    language="en",
)


def test_a_page_of_gov_uk_gives_its_files():
    assert asked("govuk", "/government/publications/beans") == [
        "https://gov.test/api/content/government/publications/beans"
    ]
    page = read("govuk", PUBLICATION)
    assert [(each.key, each.addresses[0], each.about.title) for each in page.wanted] == [
        (
            "/media/1/beans.pdf",
            Address("https://assets.gov.test/media/1/beans.pdf", "pdf"),
            "Beans: the report",
        ),
        (
            "/government/publications/beans/page",
            Address("https://gov.test/government/publications/beans/page", "html"),
            "Beans: the page",
        ),
    ]
    assert page.skipped == (
        Skipped("/media/2/beans.csv", "is of a type that is not read (text/csv)"),
    )


def test_a_page_of_gov_uk_without_files_is_wanted_itself():
    page = {**PUBLICATION, "document_type": "impact_assessment", "details": {"body": "<p>Beans"}}
    address = Address("https://gov.test/government/publications/beans", "html")
    assert read("govuk", page) == Page(
        wanted=(Wanted(key="/government/publications/beans", addresses=(address,), about=GOV),)
    )


# https://docs.publishing.service.gov.uk/content-schemas/document_collection.html
def test_a_collection_of_gov_uk_leads_to_its_pages():
    collection = {
        "document_type": "document_collection",
        "links": {"documents": [{"base_path": "/a", "title": "A"}, {"base_path": "/b"}]},
    }
    assert read("govuk", collection) == Page(
        more=(
            Ask(reader="govuk", url="https://gov.test/api/content/a"),
            Ask(reader="govuk", url="https://gov.test/api/content/b"),
        )
    )
    assert read("govuk", {"document_type": "document_collection", "links": {}}) == Page()


# https://www.sitemaps.org/protocol.html
SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc> https://x.test/a?b=1&amp;c=2 </loc><lastmod>2021-05-03</lastmod></url>
  <url><loc>javascript:alert(1)</loc></url>
  <url><loc>https://x.test/a?b=1&amp;c=2</loc></url>
</urlset>"""


@pytest.mark.parametrize("content", [SITEMAP, gzip.compress(SITEMAP)])
def test_a_sitemap_lists_addresses(content):
    url = "https://x.test/a?b=1&c=2"
    assert read("sitemap", content) == Page(wanted=(Wanted(key=url, addresses=(Address(url),)),))


def test_a_sitemap_that_swells_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("pipelines.pull.connectors.markup.LARGEST", 10**6)
    with pytest.raises(Unfetchable, match="the sitemap unpacks to more than 1 MB"):
        read("sitemap", gzip.compress(bytes(10**6 + 1)))


def test_an_index_of_sitemaps_leads_to_them():
    index = b"<sitemapindex><sitemap><loc>https://x.test/1.xml</loc></sitemap></sitemapindex>"
    assert read("sitemap", index) == Page(
        more=(Ask(reader="sitemap", url="https://x.test/1.xml", depth=1),)
    )


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (["https://x.test/map.xml", "https://x.test/map.xml#a"], ["https://x.test/map.xml"]),
        (
            ["https://x.test/b.xml", "https://x.test/map.xml#{count}"],
            ["https://x.test/map.xml", "https://x.test/b.xml"],
        ),
        (
            ["https://x.test/map.xml?{count}"],
            ["https://x.test/map.xml", *(f"https://x.test/map.xml?{n}" for n in (1, 2, 3))],
        ),
    ],
)
def test_sitemaps_in_a_circle_are_asked_once(names, asked):
    urls = []

    def answers(url):
        urls.append(url)
        inner = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
        text = f"<sitemapindex>{inner}</sitemapindex>".format(count=len(urls))
        return Reply(url=url, content=text.encode())

    listing = list_source(asked_for("https://x.test/map.xml"), SETTINGS, answers)
    assert (urls, listing.wanted) == (asked, ())
    endless = [Skipped(asked[-1], "is an index within 3 others; name the sitemap that is meant")]
    assert list(listing.failed) == (endless if "?{" in names[0] else [])


def asked_for(url):
    return Source(id="x", kind="sitemap", where=url, alone=False)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<urlset>", "the sitemap is not XML; look at it in a browser"),
        (b"", "the sitemap is not XML; look at it in a browser"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "the sitemap defines entities, which is not"),
        (gzip.compress(b"<urlset/>")[:-9], "the sitemap is packed and damaged"),
    ],
)
def test_a_sitemap_that_cannot_be_read_is_named(content, reason):
    with pytest.raises(Unfetchable) as error:
        read("sitemap", content)
    assert error.value.reason.startswith(reason)


# https://www.rssboard.org/rss-specification
RSS = b"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
<item><title>Beans</title><link>/beans</link><guid>g1</guid><dc:creator>Ann Oar</dc:creator>
  <pubDate>Mon, 03 May 2021 09:00:00 GMT</pubDate>
  <enclosure url="https://x.test/beans.pdf" type="application/pdf" length="9"/></item>
<item><title>A talk</title><enclosure url="https://x.test/t.mp3" type="audio/mpeg"/></item>
</channel></rss>"""
# RFC 4287, and RFC 5005 for the link to older entries
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/>
<entry><id>g1</id><title>Beans</title><updated>2021-05-03T09:00:00Z</updated>
  <author><name>Ann Oar</name></author>
  <link rel="self" href="/entry"/><link rel="alternate" href="/beans"/>
  <link rel="enclosure" type="application/pdf" href="https://x.test/beans.pdf"/></entry></feed>"""
FROM_FEED = Wanted(
    key="g1",
    addresses=(Address("https://x.test/beans.pdf", "pdf"), Address("https://x.test/beans")),
    about=Bibliography(title="Beans", authors=("Ann Oar",), year=2021),
)


def test_rss_leads_to_reports_and_pages():
    assert read("feed", RSS) == Page(wanted=(FROM_FEED,))


@pytest.mark.parametrize("link", ["http://[", "http://[/", "//[x", "http://x.test:9x/"])
def test_a_link_that_is_no_address_costs_no_other_entry(link):
    bad = f"<item><title>Peas</title><link>{link}</link><guid>{link}</guid></item>".encode()
    bad += f'<item><enclosure url="{link}" type="application/pdf"/></item>'.encode()
    found = read("feed", RSS.replace(b"<item>", bad + b"<item>", 1)).wanted
    assert [each for each in found if each.addresses[0].url.startswith("https:")] == [FROM_FEED]
    older = ATOM.replace(b"?page=2", link.encode())
    assert read("feed", older).wanted == (FROM_FEED,)


def test_atom_leads_to_reports_and_pages_and_older_entries():
    assert read("feed", ATOM) == Page(
        wanted=(FROM_FEED,), more=(Ask(reader="feed", url="https://x.test/list?page=2"),)
    )


def test_a_feed_of_nothing_is_empty():
    assert read("feed", b"<rss><channel/></rss>") == Page()


# https://www.zotero.org/support/dev/web_api/v3/basics
ZOTERO = [
    {
        "key": "AAAA1111",
        "links": {
            "attachment": {
                "href": "https://zotero.test/groups/1/items/BBBB2222",
                "type": "application/json",
                "attachmentType": "application/pdf",
            }
        },
        "data": {
            "itemType": "report",
            "title": "Beans",
            "creators": [
                {"creatorType": "author", "firstName": "Ann", "lastName": "Oar"},
                {"creatorType": "author", "name": "The Garden Trust"},
                {"creatorType": "editor", "firstName": "Bo", "lastName": "Ray"},
            ],
            "date": "May 2021",
            "institution": "Spade Press",
            "url": "https://spade.test/beans",
            "rights": "CC BY 4.0",
        },
    },
    {"data": {"itemType": "journalArticle", "title": "Leeks", "DOI": "10.1234/leeks"}},
    {"data": {"itemType": "webpage", "title": "Peas", "url": "https://spade.test/peas"}},
    {"data": {"itemType": "book", "title": "Kale"}},
    {"data": {"itemType": "note", "note": "Buy seeds"}},
]


def test_zotero_gives_files_dois_and_addresses_and_the_next_page():
    assert asked("zotero", "groups/1") == [
        "https://zotero.test/groups/1/items/top?v=3&format=json&limit=100"
    ]
    page = read("zotero", ZOTERO, next="https://zotero.test/groups/1/items/top?start=100")
    beans, peas = page.wanted
    assert beans == Wanted(
        key="https://spade.test/beans",
        addresses=(
            Address("https://zotero.test/groups/1/items/BBBB2222/file", "pdf"),
            Address("https://spade.test/beans"),
        ),
        about=Bibliography(
            title="Beans",
            authors=("Ann Oar", "The Garden Trust"),
            year=2021,
            publisher="Spade Press",
            kind="report",
            url="https://spade.test/beans",
            licence="CC-BY-4.0",
        ),
    )
    assert peas.addresses == (Address("https://spade.test/peas"),)
    assert [ask.url for ask in page.more] == [
        "https://unpaywall.test/v2/10.1234/leeks?email=ann%40example.org",
        "https://zotero.test/groups/1/items/top?start=100",
    ]
    assert page.skipped == (Skipped("Kale", "has no file, DOI or address in the list; add one"),)


def test_an_empty_library_is_empty():
    assert read("zotero", []) == Page()


RIS = """TY  - RPRT
AU  - Oar, Ann
AU  - Ray, Bo
TI  - Beans:
 a second line
PY  - 2021/05/03
PB  - Spade Press
DO  - https://doi.org/10.1234/Beans
L1  - https://spade.test/beans.pdf
ER  -
"""
BIBTEX = r"""
% a comment
@string{spade = "Spade Press"}
@comment{@report{not, title={this}}}
@techreport{oar21,
  author = {Oar, Ann and Bo {Ray} and others},
  title = "{B}eans: {\"O}l, \'{e}t\'e, na{\"\i}f \& {Stra\ss e} -- 50\%",
  year = 2021, institution = spade # { Ltd},
  doi = {10.1234/beans\_1}, url = {https://spade.test/beans.pdf},
}
"""
CSL = json.dumps(
    [
        {
            "type": "report",
            "title": "Beans",
            "author": [{"given": "Ann", "family": "Oar"}, {"literal": "The Garden Trust"}],
            "issued": {"date-parts": [[2021, 5]]},
            "publisher": "Spade Press",
            "URL": "https://spade.test/beans",
        }
    ]
)


@pytest.mark.parametrize(
    ("text", "about", "files"),
    [
        (
            RIS,
            Bibliography(
                title="Beans: a second line",
                authors=("Ann Oar", "Bo Ray"),
                year=2021,
                publisher="Spade Press",
                kind="report",
                doi="10.1234/beans",
            ),
            [Address("https://spade.test/beans.pdf", "pdf")],
        ),
        (
            BIBTEX,
            Bibliography(
                title="Beans: Öl, été, naïf & Straße – 50%",
                authors=("Ann Oar", "Bo Ray"),
                year=2021,
                publisher="Spade Press Ltd",
                kind="report",
                url="https://spade.test/beans.pdf",
                doi="10.1234/beans_1",
            ),
            [Address("https://spade.test/beans.pdf", "pdf")],
        ),
        (
            CSL,
            Bibliography(
                title="Beans",
                authors=("Ann Oar", "The Garden Trust"),
                year=2021,
                publisher="Spade Press",
                kind="report",
                url="https://spade.test/beans",
            ),
            [],
        ),
    ],
    ids=["ris", "bibtex", "csl"],
)
def test_references_are_read_in_three_forms(text, about, files):
    assert read_references(text.encode()) == [(about, files)]


@pytest.mark.parametrize("text", ["", "  \n", "[]", '{"items": []}'])
def test_a_file_without_references_is_empty(text):
    assert read_references(text.encode()) == []


@pytest.mark.parametrize("text", ["Dear Ann,", "[1,", "{not json"])
def test_a_file_that_holds_no_references_is_named(text):
    with pytest.raises(Unfetchable):
        read_references(text.encode())


EMPTY = {
    ("zotero", b"[[]]"),
    ("references", b""),
    ("references", b"[[]]"),
    ("references", b'{"message": 5, "results": 7}'),
}
"""Answers that find nothing and are no failure."""


@pytest.mark.parametrize("reader", sorted(READ))
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>busy</html>", b"null", b"[[]]", b'{"message": 5, "results": 7}', b"\xff"],
)
def test_an_answer_of_another_form_is_a_reason_and_no_crash(reader, content):
    kind = "doi" if reader in ("crossref", "unpaywall") else reader
    source = Source(id="x", kind=kind, where="10.1234/x", allow_private=True)
    listing = list_source(source, SETTINGS, lambda url: Reply(url=url, content=content))
    assert (listing.wanted, listing.whole) == ((), (reader, content) in EMPTY)
    assert all(each.reason and "\n" not in each.reason for each in listing.failed)


def test_pages_are_asked_until_the_last_and_no_further_than_the_limit():
    def answers(url):
        page = int(url.split("page=")[-1].split("&")[0])
        results = [
            {"id": f"W{page}{n}", "best_oa_location": {"pdf_url": f"https://x.test/{page}{n}.pdf"}}
            for n in range(2)
        ]
        return Reply(
            url=url, content=json.dumps({"meta": {"count": 250}, "results": results}).encode()
        )

    source = Source(id="x", kind="openalex", where="search=beans", alone=False)
    listing = list_source(source, SETTINGS, answers)
    assert ([each.key for each in listing.wanted], listing.whole) == (
        ["W10", "W11", "W20", "W21", "W30", "W31"],
        True,
    )
    source = Source(id="x", kind="openalex", where="search=beans", alone=False, limit=3)
    listing = list_source(source, SETTINGS, answers)
    assert ([each.key for each in listing.wanted], listing.whole) == (["W10", "W11", "W20"], False)
    assert listing.skipped == (
        Skipped("W21", "comes after the first 3; raise limit if it is meant"),
    )


def test_an_entry_says_which_addresses_are_meant():
    source = Source(
        id="x",
        kind="sitemap",
        where="https://x.test/map.xml",
        include=r"/reports/",
        exclude=r"\.zip$",
        alone=False,
        facts=Bibliography(title="Reports of the trust", publisher="The Garden Trust"),
    )
    urls = ["https://x.test/reports/1", "https://x.test/reports/2.zip", "https://x.test/about"]
    text = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    answer = Reply(url="", content=f"<urlset>{text}</urlset>".encode())
    assert list_source(source, SETTINGS, lambda url: answer).wanted == (
        Wanted(
            key=urls[0],
            addresses=(Address(urls[0]),),
            about=Bibliography(publisher="The Garden Trust"),
        ),
    )
