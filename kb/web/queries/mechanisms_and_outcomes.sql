-- title: Ways of joining up, and outcomes in the same documents
-- description: How many documents name a mechanism and report a result. That they stand together does not say that one brought the other.
-- needs: integration_type outcome
with ways as materialized (
  select document_id, json_group_array(value) as mechanisms
  from counts where code = 'integration_type' and attribute = 'mechanisms' group by 1
), found as materialized (
  select document_id, domain, direction, count(*) as outcomes
  from claims where code = 'outcome' and standing = 'found' group by 1, 2, 3
), told as materialized (
  -- documents that name the same mechanisms are counted together
  select w.mechanisms, f.domain, f.direction, count(*) as documents, sum(f.outcomes) as outcomes
  from found f join ways w on w.document_id = f.document_id group by 1, 2, 3
)
select m.label as mechanism, d.label as domain, r.label as direction,
  sum(t.documents) as documents, sum(t.outcomes) as outcomes
from told t, json_each(t.mechanisms) named
join mechanisms m on m.id = named.value
join domains d on d.id = t.domain
join directions r on r.id = t.direction
group by m.id, d.id, r.id
order by sum(t.documents) desc, m.rowid, d.rowid, r.rowid
