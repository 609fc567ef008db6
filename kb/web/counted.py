"""Counts over all claims, made once for each build and kept while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from kb.search.sidecar import last_build
from kb.web.base import ask
from kb.web.labels import Base

Answer = TypeVar("Answer")

MOST = 200
"""How many answers are kept; boards have one for each kind of outcome and page."""

KEPT: WeakKeyDictionary[Any, dict[Hashable, asyncio.Future[Any]]] = WeakKeyDictionary()


async def kept(
    datasette: Any, base: Base, name: Hashable, question: Callable[[Database], Answer]
) -> Answer:
    """Ask a question of a name once a build, however many readers wait for the answer."""
    answers = KEPT.setdefault(datasette, {})
    key = (await ask(datasette, base, last_build), name)
    if key not in answers:
        if len(answers) >= MOST:
            del answers[next(iter(answers))]
        answers[key] = asyncio.ensure_future(ask(datasette, base, question))
    answers[key] = answers.pop(key)  # last, for those asked longest ago go first
    try:
        found: Answer = await asyncio.shield(answers[key])
    except Exception:
        answers.pop(key, None)
        raise
    return found
