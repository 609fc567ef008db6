-- title: Places, organisations, programmes and people
-- description: Whom and what the claims name, the most often named first.
with named as (
  select n.entity_id, c.document_id, count(distinct c.statement_id) as statements
  from claim_entities n join claims c on c.id = n.claim_id group by 1, 2
)
select k.label as kind, e.name, sum(statements) as statements, count(*) as documents
from named join entities e on e.id = named.entity_id join entity_kinds k on k.id = e.kind
group by e.id order by statements desc, documents desc, k.label, e.name
