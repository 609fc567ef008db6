from __future__ import annotations

from kb.layout import Block, Item, Part, Piece, document_claims, marks_by_page, read_layout
from kb.models import Claim, Document, Line, Passage, Statement
from kb.store import save_claims, save_document


def passage(ordinal, kind, text, **more):
    return Passage(
        id=f"p{ordinal}",
        document_id="d",
        ordinal=ordinal,
        kind=kind,
        text=text,
        char_start=100 * ordinal,
        char_end=100 * ordinal + len(text),
        **more,
    )


def save(db, passages, statements=(), claims=()):
    document = Document(id="d", title="D", path="d.txt", sha256="1", text="", words=1)
    made = [
        Statement(
            id=id,
            document_id="d",
            passage_id=f"p{at}",
            ordinal=number,
            text=text,
            char_start=start,
            char_end=start + len(text),
            lines=lines,
        )
        for number, (id, at, text, start, lines) in enumerate(
            (
                (id, at, text, 100 * at + passages[at - 1].text.index(text), tuple(lines))
                for id, at, text, *lines in statements
            ),
            1,
        )
    ]
    save_document(db, document, passages, made)
    save_claims(
        db,
        "d",
        [Claim(id=f"{s}-{code}", statement_id=s, document_id="d", code=code) for s, code in claims],
    )
    return read_layout(db, "d")


def plain(text, **more):
    return Block(cells=((Piece(text),),), **more)


def test_statements_are_cut_out_with_their_codes_in_the_codebooks_order(db):
    parts = save(
        db,
        [passage(1, "paragraph", "Well: rain helped. Yes.", language="cy")],
        [("s1", 1, "rain helped."), ("s2", 1, "Yes.")],
        [("s1", "result"), ("s1", "help")],
    )
    pieces = (
        Piece("Well: "),
        Piece("rain helped.", "s1", ("help", "result")),
        Piece(" "),
        Piece("Yes.", "s2"),
    )
    assert parts == [Part(kind="paragraph", blocks=(Block(cells=(pieces,), language="cy"),))]


def test_headings_skip_no_level(db):
    levels = [3, 1, 3, 6, 2]
    parts = save(db, [passage(n, "heading", "H", level=v) for n, v in enumerate(levels, 1)])
    assert [part.blocks[0].level for part in parts] == [1, 1, 2, 3, 2]


def test_items_stand_below_those_less_deep(db):
    items = [("a", 1), ("b", 2), ("c", 3), ("d", 2), ("e", 1)]
    parts = save(
        db, [passage(n, "list_item", text, level=v) for n, (text, v) in enumerate(items, 1)]
    )
    b = Item(plain("b", level=2), (Item(plain("c", level=3)),))
    a = Item(plain("a", level=1), (b, Item(plain("d", level=2))))
    assert parts == [Part(kind="list", items=(a, Item(plain("e", level=1))))]


def test_a_list_as_deep_as_nobody_prints_one_is_read(db):
    parts = save(db, [passage(n, "list_item", "x", level=n) for n in range(1, 2000)])
    assert len(parts) == 1


def test_rows_make_tables_under_their_heads(db):
    rows = [("A | B", ""), ("1 | 2", "A | B"), ("C | D", ""), ("3 | 4", "C | D"), ("5 | 6", "")]
    parts = save(
        db, [passage(n, "table_row", text, lead_in=h) for n, (text, h) in enumerate(rows, 1)]
    )

    def row(first, second):
        return Block(cells=((Piece(first),), (Piece(second),)))

    assert parts == [
        Part(kind="table", head=row("A", "B"), blocks=(row("1", "2"),)),
        Part(kind="table", head=row("C", "D"), blocks=(row("3", "4"),)),
        Part(kind="table", blocks=(row("5", "6"),)),
    ]


def test_a_statement_goes_through_the_cells_of_its_row(db):
    (part,) = save(
        db,
        [passage(1, "table_row", "Beans | rose | half", lead_in="What | How")],
        [("s1", 1, "Beans | rose | half")],
        [("s1", "result")],
    )
    coded = ("s1", ("result",))
    assert part == Part(
        kind="table",
        head=Block(cells=((Piece("What"),), (Piece("How"),))),
        blocks=(
            Block(
                cells=(
                    (Piece("Beans", *coded, first=True, last=False),),
                    (Piece("rose", *coded, first=False, last=False),),
                    (Piece("half", *coded, first=False, last=True),),
                )
            ),
        ),
    )
    assert part.columns == 3


def test_boxes_footnotes_and_references_stand_together_captions_alone(db):
    kinds = ["box", "box", "caption", "caption", "footnote", "footnote", "reference"]
    parts = save(db, [passage(n, kind, "x") for n, kind in enumerate(kinds, 1)])
    assert [(part.kind, len(part.blocks)) for part in parts] == [
        ("box", 2),
        ("caption", 1),
        ("caption", 1),
        ("footnote", 2),
        ("reference", 1),
    ]


def test_a_page_is_told_where_it_begins(db):
    pages = [1, 1, None, 2]
    lines = [(Line(char_start=0, page=page),) if page else () for page in pages]
    parts = save(db, [passage(n, "paragraph", "x", lines=v) for n, v in enumerate(lines, 1)])
    assert [part.blocks[0].page for part in parts] == [1, None, None, 2]


def test_claims_come_in_reading_order_with_the_boxes_of_their_statements(db):
    lines = (
        Line(char_start=0, page=2, box=(10, 20, 60, 30)),
        Line(char_start=5, page=3, box=(10.5, 40, 20, 50)),
    )
    save(
        db,
        [passage(1, "paragraph", "One. Two.")],
        [("s2", 1, "One.", *lines), ("s1", 1, "Two.")],
        [("s1", "result"), ("s2", "result"), ("s2", "help")],
    )
    claims = document_claims(db, "d")
    assert [(claim["id"], claim["quote"]) for claim in claims] == [
        ("s2-help", "One."),
        ("s2-result", "One."),
        ("s1-result", "Two."),
    ]
    assert marks_by_page(claims) == {
        2: [{"id": "s2", "code": "help", "x": 10, "y": 20, "width": 50, "height": 10}],
        3: [{"id": "s2", "code": "help", "x": 10.5, "y": 40, "width": 9.5, "height": 10}],
    }
