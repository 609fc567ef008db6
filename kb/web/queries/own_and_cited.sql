-- title: Own claims against cited ones
-- description: How many claims of each code a document makes for itself, and how many it takes from other sources.
-- needs: attributions
with made as (
  select code, document_id, sum(claims * (value = 'own')) as own,
    sum(claims * (value = 'cited')) as cited
  from counts where attribute = 'attribution' group by 1, 2
)
select k.label as claim, sum(own) as own, sum(cited) as cited,
  round(100.0 * sum(cited) / sum(own + cited)) as percent_cited, count(*) as documents
from made join codes k on k.id = made.code
group by k.id order by k.rowid
