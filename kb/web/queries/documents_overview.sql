-- title: Documents, and what each claims
-- description: All documents but copies of others, with their number of claims of each code.
-- needs: facilitator barrier integration_type outcome
with made as materialized (
  select document_id, sum(code = 'facilitator') as facilitators, sum(code = 'barrier') as barriers,
    sum(code = 'integration_type') as integration_types, sum(code = 'outcome') as outcomes
  from claims group by document_id
)
select d.title, d.year, d.publisher, d.kind, d.words,
  coalesce(m.facilitators, 0) as facilitators, coalesce(m.barriers, 0) as barriers,
  coalesce(m.integration_types, 0) as integration_types, coalesce(m.outcomes, 0) as outcomes,
  d.licence, d.id as document_id
from documents d left join made m on m.document_id = d.id
where d.id not in (select document_id from copies) order by d.year desc, d.title
