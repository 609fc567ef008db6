-- title: Outcomes: found against expected
-- description: Results by kind and direction; what was reported stands apart from what was hoped for or called for.
-- needs: outcome
with told as (
  select domain, direction, document_id, sum(standing = 'found') as found,
    sum(standing = 'expected') as expected, sum(standing = 'recommended') as recommended
  from claims where code = 'outcome' group by 1, 2, 3
)
select d.label as domain, r.label as direction, sum(found) as found, sum(expected) as expected,
  sum(recommended) as recommended, count(*) as documents
from told join domains d on d.id = told.domain join directions r on r.id = told.direction
group by d.id, r.id order by d.rowid, r.rowid
