"""The views of a knowledge base: a row a claim, counts, and what rests on what."""

from __future__ import annotations

from kb.codebook import Attribute, Code, Codebook
from kb.figures import NUMBERS, UNIT

CITED = """
create view claim_citations as
select c.id as claim_id, sc.citation_id, ci.work_id, sc.mark, c.statement_id, c.document_id
from claims c
join statement_citations sc on sc.statement_id = c.statement_id
join citations ci on ci.id = sc.citation_id;
create view document_citations as
select ci.document_id, w.document_id as cited_document_id, ci.id as citation_id, ci.work_id,
  (select count(*) from statement_citations sc where sc.citation_id = ci.id) as statements
from citations ci
join works w on w.id = ci.work_id
where w.document_id is not null and w.document_id <> ci.document_id;
"""
"""Which claims rest on which work, and which documents cite each other."""


def views_sql(codebook: Codebook) -> str:
    """Give the statements that create a view for each code, and those that count."""
    views = "".join(code_view(code, codebook) for code in codebook.codes)
    return views + counts_sql(codebook) + CITED


def code_view(code: Code, codebook: Codebook) -> str:
    """Give the view of one code: a row a claim, its quotation first.

    What stands in other tables is looked up column by column, and only by those that ask for it:
    joins would be made for counts and facets too, which read nothing but the claims' index.
    """
    own = (f"c.{name}" for a in codebook.attributes_of(code.id) for name in columns(a))
    shown = (
        looked_up("text", "statement", "quote"),
        looked_up("lead_in", "statement"),
        *own,
        *(looked_up(name, "document") for name in ("title", "year")),
        *(looked_up(name, "statement") for name in ("page", "heading")),
        *("c.confidence", "c.status", "c.id", "c.statement_id", "c.document_id"),
        *(looked_up(name, "statement") for name in ("char_start", "char_end")),
    )
    return f"""
    create view {code.view} as
    select {", ".join(shown)}
    from claims c where c.code = '{code.id}';
    """


def looked_up(column: str, of: str, name: str = "") -> str:
    """Give a column of a claim's statement or document, by another name if one is given."""
    return f"(select {column} from {of}s where id = c.{of}_id) as {name or column}"


def counts_sql(codebook: Codebook) -> str:
    """Give the views that count claims by value and by name, and of the lists that values stand in.

    All but the one over all documents are tables in a published base (see kb.published).
    """
    listed = [attribute for attribute in codebook.attributes if attribute.table]
    cells = "\nunion all\n".join(map(cell_sql, listed)) or NO_CELLS
    lists = "\nunion all\n".join(list_sql(each.name) for each in listed if each.many) or NO_LISTS
    return f"""
    create view counts as {cells};
    create view evidence_map as
    select code, attribute, value, label, sum(claims) as claims, count(*) as documents
    from counts group by code, attribute, value, label;
    create view value_lists as {lists};
    {NAME_COUNTS}
    """


def list_sql(name: str) -> str:
    """Give each value of an attribute of several with each list of values that claims have it in.

    Claims are found by the lists in an index of theirs, and by one value only by reading all.
    """
    return f"""
    select distinct '{name}' as attribute, j.value as value, l.list
    from (select distinct {name} as list from claims where {name} is not null) l,
      json_each(l.list) j"""


def cell_sql(attribute: Attribute) -> str:
    """Give the counts of claims that have each value of an attribute."""
    if attribute.many:
        source, value = f"claims c, json_each(c.{attribute.name}) j", "j.value"
    else:
        source, value = "claims c", f"c.{attribute.name}"
    return f"""
    select c.code, '{attribute.name}' as attribute, {value} as value, v.label, c.document_id,
      count(*) as claims
    from {source} join {attribute.table} v on v.id = {value}
    group by c.code, {value}, v.label, c.document_id"""


NO_CELLS = """
    select '' as code, '' as attribute, '' as value, '' as label, '' as document_id, 0 as claims
    where 0"""
"""What is counted where no attribute lists its values."""

NO_LISTS = "select '' as attribute, '' as value, '' as list where 0"
"""The lists of values where no attribute may have several."""

NAME_COUNTS = """
    create view name_counts as
    select e.kind, e.id as entity_id, e.name, c.document_id, count(*) as claims,
      count(distinct c.statement_id) as statements
    from claim_entities n join entities e on e.id = n.entity_id join claims c on c.id = n.claim_id
    group by e.kind, e.id, e.name, c.document_id;
"""


def columns(attribute: Attribute) -> tuple[str, ...]:
    """Give the names of one attribute's columns."""
    parts = (*NUMBERS, UNIT) if attribute.figure else ()
    return (attribute.name, *(f"{attribute.name}_{part}" for part in parts))
