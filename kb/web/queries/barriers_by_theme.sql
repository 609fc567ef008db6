-- title: Barriers by theme
-- description: What stands in the way, by kind of factor: how many claims, and in how many documents.
-- needs: barrier themes
select label as theme, sum(claims) as claims, count(*) as documents,
  round(100.0 * count(*) / (
    select count(*) from documents where id not in (select document_id from copies)
  )) as percent_of_documents
from counts where code = 'barrier' and attribute = 'themes'
group by value order by documents desc, claims desc, theme
