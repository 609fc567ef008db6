-- title: Facilitators by theme
-- description: What helps, by kind of factor: how many claims, and in how many documents.
select t.label as theme, count(distinct f.id) as claims, count(distinct f.document_id) as documents,
  round(100.0 * count(distinct f.document_id) / (select count(*) from documents where id not in (select document_id from copies))) as percent_of_documents
from facilitators f, json_each(f.themes) j join themes t on t.id = j.value
group by t.id order by documents desc, claims desc, theme
