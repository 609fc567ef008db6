from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.parse.jats import secure_tree

ARTICLE = b"""<article><front><article-meta><title-group>
<article-title>Boats and beds</article-title></title-group></article-meta></front>
<body><sec><title>Findings</title>
<p>Boats sank in every town [<xref ref-type="bibr" rid="a">1</xref>-<xref ref-type="bibr"
rid="c">3</xref>]. Beds broke in two of them [<xref ref-type="bibr" rid="b">2</xref>].</p></sec>
</body><back><ref-list><title>References</title>
<ref id="a"><label>1</label><element-citation publication-type="journal"><person-group><name>
<surname>Marlow</surname><given-names>T A</given-names></name></person-group>
<article-title>Shared boats of the coast</article-title><source>Journal of Harbours</source>
<year>2014</year><volume>2</volume><fpage>30</fpage>
<pub-id pub-id-type="doi">10.1000/Boats</pub-id></element-citation></ref>
<ref id="b"><label>2</label><element-citation publication-type="book">
<collab>Harbour Council</collab><source>Beds for all towns</source><year>2012</year>
<publisher-name>Quay Press</publisher-name></element-citation></ref>
<ref id="c"><label>3</label><mixed-citation>Untold.</mixed-citation></ref>
</ref-list></back></article>"""


@pytest.fixture
def bench(monkeypatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "bench"))
    return importlib.import_module("citations")


def test_a_reference_is_compared_field_by_field_in_each_style(bench):
    counts: Counter[tuple[str, str, bool]] = Counter()
    bench.compare_entries(secure_tree(ARTICLE), counts, wrong=False)
    styles = ("as read", "vancouver", "harvard", "apa", "ieee", "plos")
    told = {(style, field, True): 2 for style in styles for field in ("author", "year", "title")}
    assert counts == told | {(style, "doi", True): 1 for style in styles[:-1]}


def test_a_field_that_is_read_wrong_counts_as_such(bench):
    counts: Counter[tuple[str, str, bool]] = Counter()
    torn = ARTICLE.replace(b"Shared boats of the coast", b"Shared boats. The coast")
    bench.compare_entries(secure_tree(torn), counts, wrong=False)
    assert {field for _, field, ok in counts if not ok} == {"title"}


def test_marks_are_counted_as_the_article_tags_them(bench, tmp_path):
    path = tmp_path / "boats.xml"
    path.write_bytes(ARTICLE)
    counts: Counter[str] = Counter()
    bench.compare_marks(path, secure_tree(ARTICLE), counts)
    assert counts == {"tagged": 4, "found": 4, "both": 4}


def test_a_reference_is_printed_in_styles(bench):
    reference = next(secure_tree(ARTICLE).iter("ref"))
    title, journal = "Shared boats of the coast", "Journal of Harbours"
    assert list(bench.printed(bench.tagged(reference))) == [
        ("vancouver", f"Marlow TA. {title}. {journal}. 2014;2:30. doi:10.1000/boats"),
        (
            "harvard",
            f"Marlow, T. A. (2014) ‘{title}’, {journal}, 2, 30. https://doi.org/10.1000/boats",
        ),
        ("apa", f"Marlow, T. A. (2014). {title}. {journal}, 2, 30. https://doi.org/10.1000/boats"),
        ("ieee", f"T. A. Marlow, “{title},” {journal}, vol. 2, pp. 30, 2014. doi:10.1000/boats"),
        ("plos", f"Marlow TA (2014) {title}. {journal} 2, 30."),
    ]


def test_what_tells_too_little_is_not_compared(bench):
    assert bench.tagged(list(secure_tree(ARTICLE).iter("ref"))[2]) is None


def test_shares(bench):
    assert (bench.share(3, 1), bench.share(0, 0)) == ("0.750 of 4", "none")
