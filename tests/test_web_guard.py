from __future__ import annotations

import sqlite3
import time
from urllib.parse import quote_plus

import pytest

from kb.web.clock import ends_in, in_time
from kb.web.gate import complaint_of
from kb.web.guard import guard, unguarded
from kb.web.server import make_datasette

pytest_plugins = ("web_fixtures",)

MANY = "with recursive n(i) as (select 1 union all select i + 1 from n)"
TEXT = "replace(hex(zeroblob({})), '00', '{}')"

ENDLESS = {
    "recursion": f"{MANY} select count(*) from n",
    "cross join": "select count(*) from passages a, passages b, statements c, statements d, "
    "claims e, claims f, statements g, statements h, codes i, themes j",
    "long value": "select zeroblob(900000000)",
    "long rows": f"{MANY} select zeroblob(4000000) from n",
    "many columns": "select " + ", ".join(["zeroblob(4000000)"] * 100),
    "instr": f"select instr({TEXT.format(900000, 'a')}, {TEXT.format(450000, 'a')} || 'b')",
    "replace": f"select replace({TEXT.format(900000, 'a')}, {TEXT.format(450000, 'a')} || 'b', '')",
    "trim": f"select trim({TEXT.format(900000, 'a')}, {TEXT.format(900000, 'b')} || 'a')",
    "like": f"select {TEXT.format(900000, 'a')} like '%{'a' * 500}b'",
    "like any": f"select {TEXT.format(900000, 'a')} like '%{'a_' * 300}b'",
    "glob": f"select {TEXT.format(900000, 'a')} glob '*a*a*a*a*a*a*a*a*a*b'",
    "many trims": f"with t as materialized (select {TEXT.format(2400000, '1')} j) select "
    + " + ".join(["length(trim(j, 1))"] * 300)
    + " from t",
    "many patches": f"with t as materialized (select '[' || {TEXT.format(900000, '1,')} || '1]' j)"
    + " select "
    + " + ".join(["length(json_patch(j, j))"] * 100)
    + " from t",
    "many searches": "select "
    + ", ".join(f"length(kb_search('ferry {i}', 1000))" for i in range(64)),
    "strftime": f"select strftime({TEXT.format(2000000, '%J')})",
    "JSON patch": f"{MANY}, k as (select i from n limit 20000) select length(json_patch("
    "'{' || (select group_concat('\"a' || i || '\": 1') from k) || '}', "
    "'{' || (select group_concat('\"b' || i || '\": 1') from k) || '}'))",
    "JSON depth": f"select json_valid({TEXT.format(2000000, '[')})",
    "JSON tree": f"select count(*) from json_tree('[' || {TEXT.format(2000000, '1,')} || '1]')",
    "full text": f"select * from statements_fts where statements_fts match {TEXT.format(9, 'a ')}",
    "sorting": f"{MANY} select i from n order by random()",
    "group_concat": f"{MANY} select group_concat(i) from n",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_no_sql_runs_on(get_any, name):
    start = time.process_time()
    response = get_any(f"/harbour.json?_shape=array&sql={quote_plus(ENDLESS[name])}")
    assert response.status_code in {200, 400}
    assert time.process_time() - start < 10
    assert get_any("/harbour/barriers.json?_shape=array").status_code == 200


FORBIDDEN = (
    "attach '/etc/passwd' as x",
    "pragma writable_schema = on",
    "select * from pragma_writable_schema",
    "select load_extension('/lib/x.so')",
    "select readfile('/etc/passwd')",
    "select writefile('x', 'y')",
    "select edit('x')",
    "insert into codes values (1)",
    "delete from claims",
    "with x as (select 1) delete from claims",
    "explain delete from claims",
    "update documents set text = ''",
    "create table x (y)",
    "create temp table x as select 1",
    "vacuum into '/tmp/copy.db'",
    "select fts3_tokenizer('porter')",
    "select 1; delete from claims",
    "insert into statements_fts(statements_fts) values ('delete-all')",
)


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_sql_can_only_read_this_file(get_any, path, sql):
    before = path.read_bytes()
    response = get_any(f"/harbour.json?_shape=array&sql={quote_plus(sql)}")
    assert response.status_code in {400, 403}
    assert "root:" not in response.text
    assert path.read_bytes() == before


# Datasette leaves what it began to wait for when an address is refused
@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "address",
    [
        "/-/kb/export/..%2F..%2Fetc%2Fpasswd.csv",
        "/-/kb/export/sqlite_master%22--.csv",
        "/-/kb/document/..%2F..%2Fetc%2Fpasswd",
        "/-/static/../../../../etc/passwd",
        "/-/static-plugins/evidence_kb/../../../etc/passwd",
        "/harbour/barriers?_where=1%3D1)+union+select+1--",
        "/harbour/barriers?_timelimit=99999999&_facet=" + "x" * 1000,
        "/harbour/barriers?_sort=nope",
        "/harbour/barriers?_next=%27",
        "/harbour/barriers?_size=99999999",
        "/harbour/barriers?_facet_list=nope",
        "/harbour/statements?_search=" + "NEAR(" + "a+" * 2000,
        "/harbour/statements?_search=%22(&_searchmode=raw",
        "/harbour/quotes_with?q=" + "a+" * 4000,
        "/harbour?sql=" + "select+1+" * 5000,
    ],
)
def test_odd_addresses_are_refused_and_break_nothing(get_any, address):
    response = get_any(address)
    assert response.status_code < 500
    assert "root:" not in response.text


def test_what_is_too_much_is_said():
    assert complaint_of("/kb", b"sql=select+1") == ""
    assert complaint_of("/kb", b"sql=" + b"a" * 20_000) == (
        "SQL may have 10,000 characters here, this has 20,000"
    )
    assert complaint_of("/kb/x", b"_where=1+from+[Statements_FTS]").startswith("Full-text tables")
    assert complaint_of("/kb/x", b"_search=" + b"a" * 300) == (
        "_search may have 200 characters, this has 300"
    )
    assert complaint_of("/-/kb/search", b"q=" + b"a" * 20_000) == ""


@pytest.fixture(scope="module")
def guarded() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    guard(conn)
    return conn


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("'Shared RECORDS' like '%rec_rds'", 1),
        ("'abc' like 'a%'", 1),
        ("'abc' like 'a%d'", 0),
        ("'50%' like '50!%' escape '!'", 1),
        ("'500' like '50!%' escape '!'", 0),
        ("null like 'a'", None),
        ("'aXc' glob 'a[A-Z]c'", 1),
        ("'abc' glob 'a[^b]c'", 0),
        ("'abc' glob '*b?'", 1),
        ("'abc' glob 'a[b'", 0),
        ("instr('banana', 'nan')", 3),
        ("instr(x'0102', x'02')", 2),
        ("instr(null, 'a')", None),
        ("replace('banana', 'an', '-')", "b--a"),
        ("replace('banana', '', '-')", "banana"),
        ("trim('..a..', '.')", "a"),
        ("ltrim('..a..', '.')", "a.."),
        ("rtrim('..a..', '.')", "..a"),
        ("trim('  a ')", "a"),
        ("trim('abc', '')", "abc"),
        ("trim(121, 1)", "2"),
        ("""json_patch('{"a": 1, "b": {"c": 2}}', '{"a": null, "b": {"d": 3}}')""",
         '{"b":{"c":2,"d":3}}'),
        ("strftime('%Y', '2020-05-01', '+1 year')", "2021"),
    ],
)  # fmt: skip
def test_functions_are_as_in_sqlite(guarded, sql, expected):
    assert tuple(guarded.execute(f"select {sql}").fetchone()) == (expected,)


@pytest.mark.parametrize(
    "sql",
    [
        "'a' like printf('%1001d', 1)",
        "'a' glob printf('%1001d', 1)",
        "trim('a', printf('%1001d', 1))",
        "'a' like 'a' escape 'ab'",
    ],
)
def test_patterns_are_short(guarded, sql):
    with pytest.raises(sqlite3.OperationalError):
        guarded.execute(f"select {sql}").fetchone()


def test_a_function_looks_at_the_clock(guarded):
    with ends_in(60):
        assert guarded.execute("select trim(' a ', ' ')").fetchone()[0] == "a"
    with pytest.raises(sqlite3.OperationalError), ends_in(-1):
        guarded.execute("select trim(' a ', ' ')").fetchone()
    assert guarded.execute("select trim(' a ', ' ')").fetchone()[0] == "a"


def test_a_time_limit_of_datasette_is_one_of_functions(runner, path):
    datasette = make_datasette(path, settings={"sql_time_limit_ms": 100})
    runner.run(datasette.invoke_startup())
    sql = f"select {' + '.join(['slow()'] * 20)}"

    async def seconds() -> float:
        database = datasette.get_database("harbour")
        await database.execute_fn(
            lambda conn: conn.create_function("slow", 0, in_time(lambda: time.sleep(0.1)))
        )
        start = time.monotonic()
        with pytest.raises(sqlite3.OperationalError):
            await database.execute(sql)
        return time.monotonic() - start

    assert runner.run(seconds()) < 1


def test_our_own_pages_may_read_what_is_large(guarded):
    sql = "select zeroblob(20000000) union all select zeroblob(60000000)"
    with unguarded(guarded):
        assert [len(row[0]) for row in guarded.execute(sql)] == [20_000_000, 60_000_000]
    with pytest.raises(sqlite3.DataError):
        guarded.execute(sql).fetchall()
