from __future__ import annotations

import pytest

from kb.integrity import digest, problems

STATEMENTS = ("d1s1", "d1s2", "d1s3", "d2s1", "d2s2")


def test_a_sound_base_has_no_problems(garden):
    assert problems(garden) == []


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (
            "update documents set text = 'x' || text where id = 'd2'",
            [
                "The quotation of passages d2-p1 is not at its place in d2",
                "The quotation of statements d2s1 is not at its place in d2",
                "The quotation of statements d2s2 is not at its place in d2",
            ],
        ),
        ("delete from embeddings where id = 'd1s3'", ["Statement d1s3 has no vector"]),
        (
            "update embeddings set embedding = x'00' where id = 'd1s3'",
            [
                "The vector d1s3 is no row of 32-bit numbers",
                "Vectors of different lengths: 16,1",
            ],
        ),
        (
            "update embeddings set embedding = x'00'",
            [f"The vector {id} is no row of 32-bit numbers" for id in STATEMENTS],
        ),
        ("update documents set title = x'00ff'", ["documents.title is not text in 2 rows"]),
        ("update documents set year = 'old'", ["documents.year is not integer in 2 rows"]),
        (
            "update documents set authors = '[' where id = 'd1'",
            ["authors of documents d1 is no JSON array of texts"],
        ),
        (
            "update documents set authors = '[1]' where id = 'd1'",
            ["authors of documents d1 is no JSON array of texts"],
        ),
        (
            "update claims set themes = 'water' where id = 'd1s1-help'",
            ["themes of claims d1s1-help is no JSON array of texts"],
        ),
        ("update statements set box = '[[1, 2, 3, 4, 5.5]]'", []),
        *(
            (
                f"update statements set box = '{box}' where id = 'd1s1'",
                ["box of statements d1s1 is no JSON array of boxes"],
            )
            for box in ("5", "[5]", "[[1, 2, 3, 4]]", '[[1, 2, 3, 4, "x"]]', "[[")
        ),
        (
            "insert into embeddings(collection_id, id, embedding) values (1, 'z', zeroblob(16))",
            ["The vector z has no statement"],
        ),
        (
            "update claims set document_id = 'd2' where id = 'd1s1-help'",
            ["Claim d1s1-help names another document than its statement"],
        ),
        (
            "update claims set code = 'harm' where id = 'd1s2-result'",
            ["Row 2 of claims refers to no row of codes"],
        ),
        (
            "update claims set themes = '[\"soil\"]' where id = 'd1s1-help'",
            ["Claim d1s1-help has 'soil' in themes, which the codebook does not know"],
        ),
        (
            "update statements set text = 'Hail hurt the beans' where id = 'd1s1'",
            [
                "The quotation of statements d1s1 is not at its place in d1",
                "The full-text index does not find statement d1s1 by its own words",
            ],
        ),
        (
            "insert into statements_fts(statements_fts) values ('delete-all')",
            ["The full-text index holds 0 statements, the table 5"],
        ),
    ],
)
def test_each_broken_promise_is_named(garden, damage, expected):
    garden.conn.execute(damage)
    assert problems(garden) == expected


def test_what_sqlite_cannot_decode_is_a_problem(garden):
    garden.conn.execute("update documents set title = cast(x'ff' as text)")
    garden.conn.execute("update documents set path = cast(x'ff' as text)")
    garden.conn.execute("update documents set text = cast(x'ff' as text) where id = 'd1'")
    assert problems(garden) == [
        "SQLite cannot read it: Could not decode to UTF-8 column 'text' with text '\ufffd'"
    ]


def test_digest_is_of_content_not_of_its_making(garden):
    before = digest(garden)
    garden.conn.execute("update embeddings set updated = 99")
    garden.conn.execute("update collections set name = 'other'")
    assert digest(garden) == before
    garden.conn.execute("update claims set confidence = 0.1 where id = 'd1s1-help'")
    assert digest(garden) != before
