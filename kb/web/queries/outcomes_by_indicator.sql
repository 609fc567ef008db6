-- title: Outcomes by indicator
-- description: Which way each common measure went where a result was found, whatever words name it, and how many of these results tell a figure, be it a change, a share or a level.
-- needs: outcome
with told as (
  select indicator, document_id, sum(direction = 'increase') as increase,
    sum(direction = 'decrease') as decrease, sum(direction = 'no_change') as no_change,
    count(*) as claims, count(magnitude) as with_figure
  from claims where code = 'outcome' and standing = 'found' and indicator is not null group by 1, 2
)
select i.label as indicator, d.label as domain, sum(increase) as increase,
  sum(decrease) as decrease, sum(no_change) as no_change, sum(claims) as claims,
  count(*) as documents, sum(with_figure) as with_figure
from told join indicators i on i.id = told.indicator join domains d on d.id = i.domain
group by i.id order by d.rowid, i.rowid
