-- title: Ways of joining up, and outcomes in the same documents
-- description: How many documents name a mechanism and report a result. That they stand together does not say that one brought the other.
-- needs: integration_type outcome
with found as materialized (
  select document_id, domain, direction, count(*) as outcomes
  from claims where code = 'outcome' and standing = 'found' group by 1, 2, 3
), told as materialized (
  select c.value, f.domain, f.direction, count(*) as documents, sum(f.outcomes) as outcomes
  from counts c join found f on f.document_id = c.document_id
  where c.code = 'integration_type' and c.attribute = 'mechanisms' group by 1, 2, 3
)
select m.label as mechanism, d.label as domain, r.label as direction, t.documents, t.outcomes
from told t
join mechanisms m on m.id = t.value
join domains d on d.id = t.domain
join directions r on r.id = t.direction
order by t.documents desc, m.rowid, d.rowid, r.rowid
