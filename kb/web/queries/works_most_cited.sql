-- title: Works that several documents rest on
-- description: The 500 works that most documents cite, two at least; documents that all cite one work are no independent sources.
with most as materialized (
  select work_id, count(distinct document_id) as documents
  from citations
  where work_id is not null and document_id not in (select document_id from copies)
  group by work_id having documents > 1
  order by documents desc, work_id limit 500
)
select w.title, w.authors, w.year, most.documents,
  count(distinct sc.statement_id) as statements, count(distinct c.id) as claims,
  w.doi, w.url, w.document_id, w.id as work_id
from most
cross join works w on w.id = most.work_id
cross join citations ci on ci.work_id = w.id
  and ci.document_id not in (select document_id from copies)
left join statement_citations sc on sc.citation_id = ci.id
left join claims c on c.statement_id = sc.statement_id
group by w.id order by most.documents desc, statements desc, w.year, w.title, w.id
