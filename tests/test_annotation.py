from __future__ import annotations

from unittest.mock import ANY

import pytest

from kb.annotation import web_annotation
from kb.errors import NoSuchId

HERE = "https://kb.example/claim/d1s2-result.jsonld"
TEXT = "https://kb.example/document/d1/text"


def annotate(db, id):
    return web_annotation(db, id, address=HERE, text_address=TEXT)


def test_a_claim_is_an_annotation_of_the_text_it_was_read_from(garden):
    assert annotate(garden, "d1s2-result") == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": HERE,
        "type": "Annotation",
        "motivation": "classifying",
        "generated": ANY,
        "generator": {"type": "Software", "name": ANY},
        "body": [
            {
                "type": "TextualBody",
                "value": "Result",
                "format": "text/plain",
                "purpose": "classifying",
            },
            {
                "type": "TextualBody",
                "value": "Direction: Up",
                "format": "text/plain",
                "purpose": "tagging",
            },
        ],
        "target": [
            {
                "type": "SpecificResource",
                "source": {"id": TEXT, "type": "Text", "format": "text/plain"},
                "selector": [
                    {
                        "type": "TextQuoteSelector",
                        "exact": "Yields rose by half.",
                        "prefix": "Rain helped the beans. ",
                        "suffix": " Sue kept the books.",
                    },
                    {"type": "TextPositionSelector", "start": 23, "end": 43},
                ],
            }
        ],
    }


def test_the_positions_count_into_the_text(garden):
    text = garden.conn.execute("select text from documents where id = 'd1'").fetchone()[0]
    for id in ("d1s1-help", "d1s2-result"):
        quote, position = annotate(garden, id)["target"][0]["selector"]
        start, end = position["start"], position["end"]
        assert text[start:end] == quote["exact"]
        assert text[:start].endswith(quote["prefix"])
        assert text[end:].startswith(quote["suffix"])


def test_a_pdf_is_a_second_target_with_the_page(garden):
    garden.conn.execute("update documents set pages = 4, doi = '10.1/x', language = 'en'")
    garden.conn.execute("update statements set page = 3")
    read, printed = annotate(garden, "d1s2-result")["target"]
    assert read["source"]["language"] == "en"
    assert printed == {
        "type": "SpecificResource",
        "source": {
            "id": "https://doi.org/10.1/x",
            "type": "Text",
            "format": "application/pdf",
            "language": "en",
        },
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": "http://tools.ietf.org/rfc/rfc3778",
            "value": "page=3",
            "refinedBy": read["selector"][0],
        },
    }


def test_a_pdf_without_an_address_is_known_by_its_fingerprint(garden):
    garden.conn.execute("update documents set pages = 4, url = 'javascript:alert(1)'")
    garden.conn.execute("update statements set page = 3")
    assert annotate(garden, "d1s2-result")["target"][1]["source"]["id"] == "urn:sha256:1"


def test_only_claims_are_annotations(garden):
    for id in ("nope", "d1s1"):
        with pytest.raises(NoSuchId, match=id):
            annotate(garden, id)
