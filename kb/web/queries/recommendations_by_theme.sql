-- title: Recommendations by theme
-- description: What documents call for, by kind of factor: not evidence that it works. All kinds without a word of one.
-- parameters: theme
-- example: theme=finance
select t.label as theme, c.code, s.text as quote, d.title, d.year, s.page,
  s.id as statement_id, d.id as document_id
from themes t
cross join claims c on c.standing = 'recommended' and c.code in (select id from codes)
  and exists (select 1 from json_each(c.themes) where value = t.id)
join statements s on s.id = c.statement_id
join documents d on d.id = c.document_id
where instr(lower(t.id || ' ' || t.label), lower(trim(:theme))) > 0
order by t.rowid, d.year desc, d.title, s.ordinal
