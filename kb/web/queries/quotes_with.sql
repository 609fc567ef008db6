-- title: Quotations with a word or phrase
-- description: Coded statements that hold these words side by side, in any inflection.
-- parameters: q
-- example: q=trust
select s.text as quote, group_concat(distinct k.label) as codes, d.title, d.year, s.page,
  s.id as statement_id, d.id as document_id
from statements_fts f
join statements s on s.rowid = f.rowid
join claims c on c.statement_id = s.id
join codes k on k.id = c.code
join documents d on d.id = s.document_id
where statements_fts match '"' || replace(substr(:q, 1, length(:q)), '"', ' ') || '"'
group by s.id order by min(f.rank), s.id
