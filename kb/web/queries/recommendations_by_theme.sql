-- title: Recommendations by theme
-- description: What documents call for, by kind of factor: not evidence that it works. All kinds without a word of one.
-- parameters: theme
-- example: theme=finance
select t.label as theme, k.label as code, s.text as quote, d.title, d.year, s.page,
  s.id as statement_id, d.id as document_id
from themes t
join value_lists l on l.attribute = 'themes' and l.value = t.id
join claims c on c.themes = l.list and c.standing = 'recommended'
join codes k on k.id = c.code
join statements s on s.id = c.statement_id
join documents d on d.id = c.document_id
where instr(lower(t.id || ' ' || t.label), lower(trim(:theme))) > 0
order by t.rowid, d.year desc, d.title, s.ordinal
