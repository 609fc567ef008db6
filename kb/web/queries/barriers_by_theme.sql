-- title: Barriers by theme
-- description: What stands in the way, by kind of factor: how many claims, and in how many documents.
select t.label as theme, count(distinct b.id) as claims, count(distinct b.document_id) as documents,
  round(100.0 * count(distinct b.document_id) / (select count(*) from documents where id not in (select document_id from copies))) as percent_of_documents
from barriers b, json_each(b.themes) j join themes t on t.id = j.value
group by t.id order by documents desc, claims desc, theme
