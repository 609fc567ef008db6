"""The knowledge base among a Datasette's databases, and how our pages ask it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from kb.errors import FileMissing, KbError, NoSuchId
from kb.opening import is_knowledge_base
from kb.web.guard import unguarded
from kb.web.labels import Base, Labels, load_labels
from kb.web.respond import complaint

Answer = TypeVar("Answer")


View = Callable[[Any, Any, Base], Awaitable[Any]]
"""Answers a request to a Datasette with a page about a knowledge base."""

BASES: WeakKeyDictionary[Any, Base] = WeakKeyDictionary()
"""The knowledge base of each Datasette of this process, once it was looked for and found."""


async def get_base(datasette: Any) -> Base | None:
    """Give the first database that is a knowledge base, None if there is none."""
    if datasette not in BASES:
        for name, database in datasette.databases.items():
            labels = await database.execute_fn(labels_if_ours)
            if labels is not None:
                BASES[datasette] = Base(name, labels)
                break
    return BASES.get(datasette)


def labels_if_ours(conn: Any) -> Labels | None:
    """Give the labels of a knowledge base, None for any other database."""
    db = Database(conn, execute_plugins=False)
    return load_labels(db) if is_knowledge_base(db) else None


async def ask(datasette: Any, base: Base, question: Callable[[Database], Answer]) -> Answer:
    """Call a function with the database, in a thread of Datasette's, without a time limit."""
    database = datasette.get_database(base.name)

    def answer(conn: Any) -> Answer:
        with unguarded(conn):
            return question(Database(conn, execute_plugins=False))

    found: Answer = await database.execute_fn(answer)
    return found


def view_on_base(view: View) -> Callable[[Any, Any], Awaitable[Any]]:
    """Make a view of Datasette's: it finds the base, and turns a KbError into a kind page."""

    async def checked(request: Any, datasette: Any) -> Any:
        base = await get_base(datasette)
        if base is None:
            message = "There is no knowledge base here; open one with: datasette kb.db"
            return await complaint(datasette, request, message, status=404)
        await ensure_may_view(datasette, request, base)
        try:
            return await view(datasette, request, base)
        except (NoSuchId, FileMissing) as error:
            status = 404 if request.url_vars.get("id") else 400
            return await complaint(datasette, request, str(error), status=status)
        except KbError as error:
            return await complaint(datasette, request, str(error), status=400)

    return checked


async def ensure_may_view(datasette: Any, request: Any, base: Base) -> None:
    """Raise Datasette's Forbidden for those who may not see the database."""
    if not hasattr(datasette, "ensure_permission"):  # 0.65
        await datasette.ensure_permissions(
            request.actor, [("view-database", base.name), "view-instance"]
        )
        return
    from datasette.resources import DatabaseResource

    await datasette.ensure_permission(
        action="view-database", resource=DatabaseResource(database=base.name), actor=request.actor
    )
