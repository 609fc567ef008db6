"""How fast the pages are: many readers at once on the real server, and what it takes of memory.

    python bench/pages.py [--db kb.db | --claims 1000000] [--readers 20] [--pause 2]

Without --db it makes a knowledge base up (bench/many.py), publishes it, and serves the folder with
Datasette as kb publish says. A reader asks for a page, reads for a while, asks for another.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote_plus

from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parent))

from many import make_many

from kb.opening import open_database
from kb.web.publication import NAME, publish_site
from kb.web.queries import fitting, load_queries
from kb.web.server import free_port

Times = dict[str, list[float]]
ANSWERED = 500
"""From this status on a page was not answered."""


def main() -> None:
    """Make, publish, serve, ask, print."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as work:
        db = asked.db or Path(work) / "many.db"
        if asked.db is None:
            make_many(db, asked.claims)
        folder = Path(work) / "site"
        publish_site(db, folder)
        port = asyncio.run(free_port(0))
        server = serve(folder, port)
        try:
            wait_for(port)
            started = memory(server.pid, "VmRSS")
            pages = list(kinds(open_database(folder / f"{NAME}.db"), Random(asked.seed)))
            times = asyncio.run(read_all(port, pages, asked))
            report(times, asked, started, memory(server.pid, "VmRSS"), memory(server.pid, "VmHWM"))
        finally:
            server.terminate()
            server.wait()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--db", type=Path, help="a knowledge base, instead of one made up")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds of reading a page")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start Datasette on a published folder."""
    command = [sys.executable, "-m", "datasette", "serve", str(folder), "--port", str(port)]
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / "encoder"), "OMP_NUM_THREADS": "1"}
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere)


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        try:
            asyncio.run(get(port, "/robots.txt"))
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


def kinds(db: Database, random: Random) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of page with some addresses of it, chosen at random."""
    statements = sample(db, "select id from statements", random)
    documents = sample(db, "select id from documents", random)
    yield "home", ["/"]
    yield "statement", [f"/-/kb/statement/{id}" for id in statements]
    yield "document", [f"/-/kb/document/{id}" for id in documents]
    questions = list(asked(db, random))
    yield "search by words", [f"/-/kb/search?mode=words&q={words}" for words in questions]
    yield "search by words and meaning", [f"/-/kb/search?q={words}" for words in questions]
    yield "search of one code", [f"/-/kb/search?q={words}&code=barrier" for words in questions]
    yield "map", [f"/-/kb/map/{id}" for id in ("factors", "outcomes", "forms", "places")]
    yield "board", ["/-/kb/board"]
    yield "quotations of a cell", list(cells(db))
    claims = sample(db, "select id from claims", random)
    yield "claim", [f"/-/kb/claim/{id}" for id in claims]
    codes = list(db.query("select id, view from codes"))
    yield "claims of a code", [f"/{NAME}/{code['view']}" for code in codes]
    yield (
        "of one document",
        [f"/{NAME}/{random.choice(codes)['view']}?document_id__exact={id}" for id in documents],
    )
    yield "of one value", list(filtered(db))
    yield "documents", [f"/{NAME}/documents"]
    yield "a row", [f"/{NAME}/statements/{id}" for id in statements]
    yield "JSON of a table", [f"/{NAME}/{code['view']}.json?_shape=array" for code in codes]
    for query in fitting(db, load_queries()):
        yield f"query {query.name}", [f"/{NAME}/{query.name}?{query.example}".replace(" ", "+")]


def sample(db: Database, sql: str, random: Random, number: int = 200) -> list[str]:
    """Give some of the ids of a table."""
    ids = [row[0] for row in db.conn.execute(f"{sql} order by random() limit {number}")]
    return sorted(ids, key=lambda _: random.random())


def asked(db: Database, random: Random) -> Iterator[str]:
    """Yield questions of up to three words that stand in one statement."""
    sql = "select text from statements order by random() limit 200"
    for (text,) in db.conn.execute(sql):
        words = text.strip(".").split()
        yield quote_plus(" ".join(random.sample(words, min(3, len(words)))))


def cells(db: Database) -> Iterator[str]:
    """Yield the pages of quotations that the cells and heads of the first maps lead to."""
    sql = "select code, attribute, value from evidence_map where attribute in ('themes', 'domain')"
    for code, attribute, value in db.conn.execute(sql):
        yield f"/-/kb/quotes?code={code}&{attribute}={value}"
        yield f"/-/kb/quotes?{attribute}={value}"


def filtered(db: Database) -> Iterator[str]:
    """Yield the pages of all values of all attributes."""
    sql = """select m.attribute, m.value, k.view, a.many from evidence_map m
             join codes k on k.id = m.code join attributes a on a.id = m.attribute"""
    for attribute, value, view, many in db.conn.execute(sql):
        yield f"/{NAME}/{view}?{attribute}__{'arraycontains' if many else 'exact'}={value}"


async def get(port: int, address: str) -> tuple[int, float]:
    """Ask for a page; give its status and the seconds until its last byte."""
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {address} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    await reader.read()
    writer.close()
    return status, time.perf_counter() - start


async def read_all(
    port: int, pages: list[tuple[str, list[str]]], asked: argparse.Namespace
) -> Times:
    """Let all readers read for a while; give the times of each kind of page."""
    times: Times = defaultdict(list)
    end = time.monotonic() + asked.seconds
    readers = (read(port, pages, asked.pause, end, times, Random(n)) for n in range(asked.readers))
    await asyncio.gather(*readers)
    return times


async def read(
    port: int,
    pages: list[tuple[str, list[str]]],
    pause: float,
    end: float,
    times: Times,
    random: Random,
) -> None:
    """Read one page after the other, each kind as often as any."""
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(0, 2 * pause))
        kind, addresses = random.choice(pages)
        status, seconds = await get(port, random.choice(addresses))
        times[kind].append(seconds)
        if status >= ANSWERED:
            times["failed"].append(seconds)


def memory(pid: int, name: str) -> int:
    """Give the memory of a process in MB: VmRSS what it has, VmHWM the most it ever had."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(
        int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith(name)
    )


def report(times: Times, asked: argparse.Namespace, started: int, now: int, most: int) -> None:
    """Print a line for each kind of page, and the memory."""
    failed = times.pop("failed", [])
    load = os.getloadavg()[0]
    print(
        f"{asked.readers} readers, {asked.pause} s a page, load {load:.1f}; ms until the last byte"
    )
    print(f"{'':32}{'n':>6}{'p50':>8}{'p95':>8}{'worst':>8}")
    for kind, found in [*times.items(), ("all", [each for one in times.values() for each in one])]:
        found.sort()
        ranks = (0.5, 0.95, 1)
        cells = (1000 * found[min(len(found) - 1, int(len(found) * rank))] for rank in ranks)
        print(f"{kind:32}{len(found):6}" + "".join(f"{cell:8.0f}" for cell in cells))
    print(f"not answered (5xx): {len(failed)}")
    print(
        f"memory of the server: {started} MB at the start, {now} MB at the end, at most {most} MB"
    )


if __name__ == "__main__":
    main()
