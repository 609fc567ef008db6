"""The pieces of SQL that counting and reading claims share; names in them are the base's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.labels import Labels
from kb.synthesis.plan import CODE, Weak

Parameters = dict[str, str | float]

PLACES = {"statement": "c.statement_id", "passage": "s.passage_id", "document": "c.document_id"}
STATEMENTS = " join statements s on s.id = c.statement_id"


@dataclass(frozen=True, slots=True)
class Axis:
    """How the claims `c` get a value: what is joined to them, and the value's expression."""

    join: str
    value: str


def axis_of(name: str, labels: Labels, alias: str) -> Axis:
    """Give the axis of "code", an attribute or a kind of entity; `alias` names what is joined."""
    if name == CODE:
        return Axis("", "c.code")
    attribute = labels.attributes.get(name)
    if attribute is None:
        join = (
            f" join claim_entities {alias} on {alias}.claim_id = c.id"
            f" join entities {alias}n on {alias}n.id = {alias}.entity_id"
            f" and {alias}n.kind = :{alias}_kind"
        )
        return Axis(join, f"{alias}.entity_id")
    if attribute.many:
        return Axis(f" join json_each(c.{name}) {alias}", f"{alias}.value")
    return Axis("", f"c.{name}")


def weak_sql(weak: Weak) -> tuple[str, Parameters]:
    """Give the expression that is 1 for a weak claim and 0 for any other."""
    parts = ["coalesce(c.confidence < :weak_below, 0)"]
    parameters: Parameters = {"weak_below": weak.below}
    for number, (attribute, values) in enumerate(weak.values.items()):
        names = [f"weak_{number}_{n}" for n in range(len(values))]
        parameters |= dict(zip(names, values, strict=True))
        listed = ", ".join(f":{name}" for name in names)
        parts.append(f"coalesce(c.{attribute} in ({listed}), 0)")
    return f"({' or '.join(parts)})", parameters


def kind_parameters(names: Mapping[str, str], labels: Labels) -> Parameters:
    """Give the parameters of those axes, by alias, that are kinds of entities."""
    return {
        f"{alias}_kind": name
        for alias, name in names.items()
        if name != CODE and name not in labels.attributes
    }
