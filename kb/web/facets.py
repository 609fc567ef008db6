"""Attributes with several values: their facets and filters, by lists of values and not by rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from kb.web.labels import Base

Pairs = list[tuple[str, str]]


class ListFacet(Facet):  # type: ignore[misc]
    """Counts the values of JSON arrays; in metadata `{list: themes}`, in an address `_facet_list`.

    Datasette's own facet of arrays copies all columns of all rows, to count an array once that has
    a value twice; ours have none.
    """

    type = "list"

    async def suggest(self) -> list[Any]:
        """Suggest none: the tables have theirs."""
        return []

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Give the facets asked for, and those that took too long."""
        found: list[dict[str, Any]] = []
        late: list[str] = []
        for wanted in self.get_configs():
            column = wanted["config"].get("column") or wanted["config"]["simple"]
            try:
                found.append(await self._facet(column, from_request=wanted["source"] == "request"))
            except QueryInterrupted:
                late.append(column)
        return found, late

    async def _facet(self, column: str, *, from_request: bool) -> dict[str, Any]:
        size = self.get_facet_size()
        rows = (
            await self.ds.execute(
                self.database,
                counting_sql(self.sql, column, size + 1),
                self.params,
                truncate=False,
                custom_time_limit=self.ds.setting("facet_time_limit_ms"),
            )
        ).rows
        removed = path_with_removed_args(self.request, {"_facet_list": column})
        return {
            "name": column,
            "type": "array",
            "hideable": from_request,
            "toggle_url": self.ds.urls.path(removed),
            "results": [self._value(column, value, count) for value, count in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _value(self, column: str, value: Any, count: int) -> dict[str, Any]:
        key = f"{column}__arraycontains"
        selected = (key, str(value)) in parse_qsl(self.request.query_string)
        change = path_with_removed_args if selected else path_with_added_args
        path = self.ds.urls.path(change(self.request, {key: value}))
        return {
            "value": value,
            "label": value,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, path),
            "selected": selected,
        }


def counting_sql(sql: str, column: str, limit: int) -> str:
    """Give the SQL that counts the values of a column of arrays."""
    name = escape_sqlite(column)
    return f"""select j.value as value, sum(t.rows) as count
      from (
        select {name} as held, count(*) as rows from ({sql}) where {name} is not null group by 1
      ) t, json_each(t.held) j
      group by j.value order by count desc, value limit {limit}"""


def list_filters(base: Base, table: str, pairs: Pairs) -> FilterArguments:
    """Give conditions that find by an index what `arraycontains` filters ask of a table of claims.

    Datasette's own conditions, which read a row to judge it, are then left with few.
    """
    asked = [
        (f"list_{number}", name, value)
        for number, (key, value) in enumerate(pairs)
        for name in base.labels.attributes
        if key == f"{name}__arraycontains" and table in tables_of(base, name)
    ]
    return FilterArguments(
        [
            f"{escape_sqlite(name)} in (select list from value_lists"
            f" where attribute = '{name}' and value = :{key})"
            for key, name, _ in asked
        ],
        {key: value for key, _, value in asked},
    )


def tables_of(base: Base, name: str) -> set[str]:
    """Give the tables and views that have an attribute whose values are listed in `value_lists`."""
    attribute = base.labels.attributes[name]
    if not (attribute.many and attribute.values):
        return set()
    return {"claims", *(base.labels.codes[code].view for code in attribute.codes)}


def column_label(base: Base | None, database: str, column: str) -> str:
    """Give what people read for a column: an attribute's label, or its name in words."""
    if base is not None and base.name == database and column in base.labels.attributes:
        return base.labels.attributes[column].label
    return column.replace("_", " ")


def value_label(base: Base | None, database: str, column: str, value: dict[str, Any]) -> str:
    """Give what people read for a value of a facet."""
    shown = str(value["label"] if value["label"] not in {None, ""} else "–")
    if base is None or base.name != database:
        return shown
    labels = base.labels.codes if column == "code" else base.labels.values_of(column)
    return labels[shown].label if shown in labels else shown
