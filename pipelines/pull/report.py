"""What a pull came to, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.pull.records import Outcome

ORDER = ("new", "changed", "to fetch", "to ask", "gone", "skipped", "failed")
"""What is listed, and in which order; what is unchanged is only counted."""


def report_lines(outcomes: Sequence[Outcome], folder: Path) -> Iterator[str]:
    """Yield a line for each item that is not as it was, those of a kind together."""
    for status in ORDER:
        for outcome in outcomes:
            if outcome.status == status:
                yield f"{status}: {line_of(outcome, folder)}"


def line_of(outcome: Outcome, folder: Path) -> str:
    """Say which item it is, where it is kept and what was wrong."""
    key = outcome.key if outcome.key != outcome.source else ""
    parts = [f"{outcome.source}: {outcome.title or key or outcome.source}"]
    place = outcome.url or key
    if outcome.reason:
        parts[0] = parts[0].removesuffix(f": {place}")
        parts.append(f"{place} {outcome.reason}".strip())
    elif outcome.status in ("new", "changed"):
        parts.append(str(folder / outcome.path))
    else:
        parts.append(outcome.url)
    return ", ".join(part for part in parts if part)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Count what there is of each status."""
    counts = Counter(outcome.status for outcome in outcomes)
    wanted = [status for status in (*ORDER, "unchanged") if counts[status]]  # type: ignore[index]
    return ", ".join(f"{counts[status]} {status}" for status in wanted) or "nothing to pull"  # type: ignore[index]


def closed_line(outcomes: Sequence[Outcome]) -> str:
    """Say how many of the documents here may not be passed on whole; empty if none."""
    here = {o.sha256: o.may_publish for o in outcomes if o.sha256 and o.status != "gone"}
    closed = sum(not may for may in here.values())
    if not closed:
        return ""
    return (
        f"{closed} of {len(here)} documents are under no licence that lets their full text be "
        "passed on: they are searched here, and left out of what is published"
    )


def has_all_failed(outcomes: Sequence[Outcome]) -> bool:
    """Say whether there was something to fetch and nothing of it could be."""
    told = [outcome for outcome in outcomes if outcome.status != "skipped"]
    return bool(told) and all(outcome.status == "failed" for outcome in told)
