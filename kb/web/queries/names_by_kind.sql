-- title: Places, organisations, programmes and people
-- description: Whom and what the claims name, the most often named first.
select k.label as kind, e.name, count(distinct c.statement_id) as statements,
  count(distinct c.document_id) as documents
from claim_entities ce
join entities e on e.id = ce.entity_id
join entity_kinds k on k.id = e.kind
join claims c on c.id = ce.claim_id
group by e.id order by statements desc, documents desc, k.label, e.name
