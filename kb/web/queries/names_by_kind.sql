-- title: Places, organisations, programmes and people
-- description: Whom and what the claims name, the most often named first.
select k.label as kind, c.name, sum(c.statements) as statements, count(*) as documents
from name_counts c join entity_kinds k on k.id = c.kind
group by c.entity_id order by statements desc, documents desc, k.label, c.name
