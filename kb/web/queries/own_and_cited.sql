-- title: Own claims against cited ones
-- description: How many claims of each code a document makes for itself, and how many it takes from other sources.
select k.label as claim, sum(c.attribution = 'own') as own, sum(c.attribution = 'cited') as cited,
  round(100.0 * sum(c.attribution = 'cited') / count(*)) as percent_cited,
  count(distinct c.document_id) as documents
from claims c join codes k on k.id = c.code
group by k.id order by k.rowid
