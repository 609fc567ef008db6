-- title: Documents, and what each claims
-- description: All documents but copies of others, with their number of claims of each code.
select d.title, d.year, d.publisher, d.kind, d.words,
  (select count(*) from facilitators where document_id = d.id) as facilitators,
  (select count(*) from barriers where document_id = d.id) as barriers,
  (select count(*) from integration_types where document_id = d.id) as integration_types,
  (select count(*) from outcomes where document_id = d.id) as outcomes,
  d.licence, d.id as document_id
from documents d where d.id not in (select document_id from copies) order by d.year desc, d.title
