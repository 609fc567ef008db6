-- title: Claims that rest on a work
-- description: Claims whose statement cites it; a run of words of its title or authors, or its year, its DOI or its id.
-- parameters: work
-- example: work=integrated care
with asked as (select lower(trim(:work)) as words),
found as materialized (
  select id, title, year from works, asked
  where instr(lower(coalesce(title, '') || char(10) || authors), words) > 0
    or words in (cast(year as text), lower(doi), id)
)
select s.text as quote, k.label as code, sc.mark, w.title as work, w.year as work_year,
  d.title, d.year, s.page, s.id as statement_id, d.id as document_id, w.id as work_id
from found w
cross join citations ci on ci.work_id = w.id
cross join statement_citations sc on sc.citation_id = ci.id
cross join claims c on c.statement_id = sc.statement_id
join codes k on k.id = c.code
join statements s on s.id = sc.statement_id
join documents d on d.id = c.document_id
order by w.title, d.title, s.ordinal, k.label
