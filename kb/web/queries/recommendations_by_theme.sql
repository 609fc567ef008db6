-- title: Recommendations by theme
-- description: What documents call for, by kind of factor: not evidence that it works.
select t.label as theme, c.code, s.text as quote, d.title, d.year, s.page,
  s.id as statement_id, d.id as document_id
from claims c, json_each(c.themes) j
join themes t on t.id = j.value
join statements s on s.id = c.statement_id
join documents d on d.id = c.document_id
where c.standing = 'recommended'
order by t.rowid, d.year desc, d.title, s.ordinal
