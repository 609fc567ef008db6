"""Where what was pulled is kept: files by their sha256, and beside them where, when and what.

    raw/SHA256.pdf                 a document, as it was fetched
    raw/.pulled/files/SHA256.json  its sidecar: bibliography, licence, where and when it was found
    raw/.pulled/older/SHA256.pdf   a version that a newer one has replaced
    raw/.pulled/urls/….json        what is remembered of an address
    raw/.pulled/bodies/SHA256      answers of services, and robots.txt
    raw/.pulled/state.json         what the last whole pull found in each source

Every file is written beside its place and renamed, so that a pull may be killed at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kb.atomic import write_whole
from kb.errors import PullRunning
from pipelines.pull.records import Reply, Seen

HIDDEN = ".pulled"


class Shelf:
    """One folder of documents; `since` is when the pull began that is now to be finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hidden = folder / HIDDEN
        self.since = 0.0

    @contextmanager
    def pull(self, now: float, longest: float) -> Iterator[None]:
        """Hold the shelf for one pull; raises PullRunning.

        A pull that was stopped within the last `longest` seconds is taken up again.
        """
        self.hidden.mkdir(parents=True, exist_ok=True)
        with (self.hidden / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise PullRunning(f"Another pull is writing {self.folder}; let it end") from error
            begun = read_json(self.hidden / "begun.json").get("at", 0.0)
            self.since = begun if now - longest < begun <= now else now
            write_json(self.hidden / "begun.json", {"at": self.since})
            self.sweep()
            yield
            (self.hidden / "begun.json").unlink()
            self.forget_answers()

    def sweep(self) -> None:
        """Remove what a killed pull had begun to write."""
        for part in [*self.folder.glob(".*.part"), *self.hidden.glob("**/.*.part")]:
            part.unlink()

    def forget_answers(self) -> None:
        """Remove the answers of services that others have taken the place of."""
        urls = [read_json(path) for path in (self.hidden / "urls").glob("*.json")]
        held = {data.get("sha256") for data in urls}
        for body in (self.hidden / "bodies").glob("*"):
            if body.name not in held:
                body.unlink()

    def seen(self, url: str) -> Seen | None:
        """Give what is remembered of an address, as long as what came from it is still there."""
        data = read_json(self.url_file(url))
        seen = Seen(**data) if data else None
        return seen if seen and seen.url == url and self.find(seen.sha256) else None

    def is_done(self, seen: Seen | None) -> bool:
        """Say whether an address was asked in this pull already."""
        return seen is not None and bool(self.since) and seen.checked >= self.since

    def remember(self, seen: Seen) -> None:
        """Note what came from an address."""
        write_json(self.url_file(seen.url), asdict(seen))

    def keep_answer(self, url: str, reply: Reply, known: Seen | None, now: float) -> Seen:
        """Keep an answer of a service, or note that what is known still holds."""
        if reply.unchanged and known:
            seen = replace(known, checked=now)
        else:
            sha256 = hashlib.sha256(reply.content).hexdigest()
            write(self.hidden / "bodies" / sha256, reply.content)
            seen = seen_of(url, reply, sha256, now)
        self.remember(seen)
        return seen

    def keep_document(self, content: bytes, kind: str) -> tuple[str, str]:
        """Keep a document; give its sha256 and its file's name."""
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{sha256}.{kind}"
        (self.hidden / "older" / name).unlink(missing_ok=True)
        if not (self.folder / name).exists():
            write(self.folder / name, content)
        return sha256, name

    def put_aside(self, name: str) -> None:
        """Put a version among the older ones."""
        (self.hidden / "older").mkdir(parents=True, exist_ok=True)
        if (self.folder / name).exists():
            (self.folder / name).replace(self.hidden / "older" / name)

    def find(self, sha256: str) -> Path | None:
        """Give the file of this content that is in use, a document's or an answer's."""
        body = self.hidden / "bodies" / sha256
        return body if body.exists() else self.document(sha256)

    def document(self, sha256: str) -> Path | None:
        """Give the file of a document."""
        return next(iter(self.folder.glob(f"{sha256}.*")), None)

    def sidecar(self, sha256: str) -> dict[str, Any]:
        """Give what is noted of a document."""
        return read_json(self.hidden / "files" / f"{sha256}.json")

    def note(self, sha256: str, sidecar: Mapping[str, Any]) -> None:
        """Note what is known of a document, unless it is noted just so."""
        if self.sidecar(sha256) != sidecar:
            write_json(self.hidden / "files" / f"{sha256}.json", sidecar)

    def state(self) -> dict[str, Any]:
        """Give what the last whole pull found, by source."""
        return read_json(self.hidden / "state.json")

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Note what this pull found."""
        write_json(self.hidden / "state.json", state)

    def url_file(self, url: str) -> Path:
        """Give where is noted what is remembered of an address."""
        return self.hidden / "urls" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


def seen_of(url: str, reply: Reply, sha256: str, now: float) -> Seen:
    """Make of an answer what is to be remembered of it."""
    return Seen(
        url=url,
        final=reply.url,
        sha256=sha256,
        fetched=now,
        checked=now,
        type=reply.type,
        etag=reply.etag,
        last_modified=reply.last_modified,
        next=reply.next,
    )


def read_json(path: Path) -> dict[str, Any]:
    """Read an object; one that is not there or damaged is empty, and made anew in time."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object, in a form that people can read and compare."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    write(path, text.encode("utf-8", "replace") + b"\n")


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, in a folder that is made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
