-- title: Documents, and what each claims
-- description: All documents but copies of others, with their number of claims of each code.
-- needs: facilitator barrier integration_type outcome
select d.title, d.year, d.publisher, d.kind, d.words,
  (select count(*) from claims where code = 'facilitator' and document_id = d.id) as facilitators,
  (select count(*) from claims where code = 'barrier' and document_id = d.id) as barriers,
  (select count(*) from claims where code = 'integration_type' and document_id = d.id)
    as integration_types,
  (select count(*) from claims where code = 'outcome' and document_id = d.id) as outcomes,
  d.licence, d.id as document_id
from documents d
where d.id not in (select document_id from copies) order by d.year desc, d.title
