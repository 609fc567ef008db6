-- title: Works that several documents rest on
-- description: Works cited, those of most documents first; documents that all cite one work are no independent sources.
select w.title, w.authors, w.year, count(distinct ci.document_id) as documents,
  count(distinct sc.statement_id) as statements,
  (select count(*) from claim_citations cc where cc.work_id = w.id) as claims,
  w.doi, w.url, w.document_id, w.id as work_id
from works w
join citations ci on ci.work_id = w.id
left join statement_citations sc on sc.citation_id = ci.id
group by w.id order by documents desc, statements desc, w.year, w.title, w.id
