-- title: Documents that cite each other
-- description: Which document of the base cites which, and in how many statements.
select d.title as document, d.year, o.title as cites, o.year as cited_year,
  sum(dc.statements) as statements, d.id as document_id, o.id as cited_document_id
from document_citations dc
join documents d on d.id = dc.document_id
join documents o on o.id = dc.cited_document_id
group by d.id, o.id order by statements desc, d.title, o.title
