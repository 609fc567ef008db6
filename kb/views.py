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

    The joins find a row each, and are left joins only because SQLite leaves out such as are not
    needed: counts and facets of the claims' own columns read nothing else.
    """
    own = ", ".join(f"c.{name}" for a in codebook.attributes_of(code.id) for name in columns(a))
    return f"""
    create view {code.view} as
    select s.text as quote, s.lead_in, {own},
      d.title, d.year, s.page, s.heading, c.confidence, c.status,
      c.id, c.statement_id, c.document_id, s.char_start, s.char_end
    from claims c
    left join statements s on s.id = c.statement_id
    left join documents d on d.id = c.document_id
    where c.code = '{code.id}';
    """


def counts_sql(codebook: Codebook) -> str:
    """Give the views that count claims by listed value, and by what they name.

    `counts` has each document apart; a published base holds it as a table (see kb.published).
    """
    listed = (attribute for attribute in codebook.attributes if attribute.table)
    cells = "\nunion all\n".join((*map(cell_sql, listed), NAMED_CELLS))
    return f"""
    create view counts as
{cells};
    create view evidence_map as
    select code, attribute, value, label, sum(claims) as claims, count(*) as documents
    from counts where attribute in (select id from attributes)
    group by code, attribute, value, label;
    """


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


NAMED_CELLS = """
    select c.code, e.kind as attribute, e.id as value, e.name as label, c.document_id,
      count(*) as claims
    from claim_entities n join entities e on e.id = n.entity_id join claims c on c.id = n.claim_id
    group by c.code, e.kind, e.id, e.name, c.document_id"""
"""The counts of claims that name each entity, its kind in place of an attribute."""


def columns(attribute: Attribute) -> tuple[str, ...]:
    """Give the names of one attribute's columns."""
    parts = (*NUMBERS, UNIT) if attribute.figure else ()
    return (attribute.name, *(f"{attribute.name}_{part}" for part in parts))
