-- title: Outcomes by indicator
-- description: Which way each common measure went where a result was found, whatever words name it, and the largest figure in per cent, a change or a share.
select i.label as indicator, d.label as domain,
  sum(o.direction = 'increase') as increase, sum(o.direction = 'decrease') as decrease,
  sum(o.direction = 'no_change') as no_change, count(*) as claims,
  count(distinct o.document_id) as documents,
  max(case when o.magnitude_unit = '%' then o.magnitude_number end) as largest_percent
from outcomes o join indicators i on i.id = o.indicator join domains d on d.id = i.domain
where o.standing = 'found'
group by i.id order by d.rowid, i.rowid
