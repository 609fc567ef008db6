from __future__ import annotations

from kb.browse import stats
from kb.text import hit_text, printable, row_text, stats_text


def test_control_characters_are_left_out_but_ends_of_lines_and_tabs():
    assert printable("a\x1b[31m\x07b\r\n\tc\x9b2J\x7f é") == "a[31mb\n\tc2J é"


def test_no_title_reaches_a_terminal_as_a_command(garden):
    garden.conn.execute("update documents set title = 'Be' || char(27) || ']0;ans' where id = 'd1'")
    assert "Be]0;ans (2020)" in stats_text(stats(garden))
    row = {"title": "a\x1b[2J", "quote": "b\x1b[2J", "lead_in": "", "claims": [], "copies": []}
    assert hit_text(row | {"statement_id": "s"}) == ("  “b[2J”\n    a[2J\n    no code\n    s\n")
    assert row_text({"title": "a\x1b[2J"}) == "title: a[2J\n"
