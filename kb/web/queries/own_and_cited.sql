-- title: Own claims against cited ones
-- description: How many claims of each code a document makes for itself, and how many it takes from other sources.
with made as (
  select code, document_id, count(*) as claims, sum(attribution = 'own') as own,
    sum(attribution = 'cited') as cited
  from claims group by code, document_id
)
select k.label as claim, sum(own) as own, sum(cited) as cited,
  round(100.0 * sum(cited) / sum(claims)) as percent_cited, count(*) as documents
from made join codes k on k.id = made.code
group by k.id order by k.rowid
