-- title: Ways of joining up, and outcomes in the same documents
-- description: How many documents name a mechanism and report a result. That they stand together does not say that one brought the other.
select m.label as mechanism, d.label as domain, r.label as direction,
  count(distinct o.document_id) as documents, count(distinct o.id) as outcomes
from integration_types i, json_each(i.mechanisms) j
join mechanisms m on m.id = j.value
join outcomes o on o.document_id = i.document_id and o.standing = 'found'
join domains d on d.id = o.domain
join directions r on r.id = o.direction
group by m.id, d.id, r.id order by documents desc, m.rowid, d.rowid, r.rowid
