-- title: Claims that name a place, an organisation, a programme or a group of people
-- description: Claims whose statement names it, under any of the names it is known by.
-- parameters: name
-- example: name=older people
select s.text as quote, k.label as code, e.name, d.title, d.year, s.page,
  s.id as statement_id, d.id as document_id
from claim_entities ce
join entities e on e.id = ce.entity_id
join claims c on c.id = ce.claim_id
join codes k on k.id = c.code
join statements s on s.id = c.statement_id
join documents d on d.id = c.document_id
where instr(lower(e.name || ' ' || ce.text), lower(trim(:name))) > 0
order by e.name, d.title, s.ordinal, k.label
