-- title: Outcomes: found against expected
-- description: Results by kind and direction; what was reported stands apart from what was hoped for or called for.
select d.label as domain, r.label as direction,
  sum(o.standing = 'found') as found, sum(o.standing = 'expected') as expected,
  sum(o.standing = 'recommended') as recommended,
  count(distinct o.document_id) as documents
from outcomes o join domains d on d.id = o.domain join directions r on r.id = o.direction
group by d.id, r.id order by d.rowid, r.rowid
