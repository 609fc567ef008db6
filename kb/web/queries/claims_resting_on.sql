-- title: Claims that rest on a work
-- description: Claims whose statement cites it; words of its title, a name, a year, its DOI or its id.
-- parameters: work
-- example: work=integrated care
select s.text as quote, k.label as code, cc.mark, w.title as work, w.year as work_year,
  d.title, d.year, s.page, s.id as statement_id, d.id as document_id, w.id as work_id
from claim_citations cc
join works w on w.id = cc.work_id
join claims c on c.id = cc.claim_id
join codes k on k.id = c.code
join statements s on s.id = cc.statement_id
join documents d on d.id = cc.document_id
where instr(lower(w.id || ' ' || coalesce(w.title, '') || ' ' || w.authors || ' '
  || coalesce(w.year, '') || ' ' || coalesce(w.doi, '')), lower(trim(:work))) > 0
order by w.title, d.title, s.ordinal, k.label
