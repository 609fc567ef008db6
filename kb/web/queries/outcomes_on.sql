-- title: What came of admissions, or of anything else
-- description: Outcomes whose quotation has these words side by side, in any inflection; all of them without a word.
-- parameters: words
-- example: words=admission
with asked as materialized (
  select '"' || replace(substr(:words, 1, length(:words)), '"', ' ') || '"' as phrase
  where trim(:words) <> ''
), matched as materialized (
  select rowid from statements_fts where statements_fts match (select phrase from asked)
)
select o.quote, o.measure, r.label as direction, o.magnitude, s.label as standing,
  o.title, o.year, o.page, o.statement_id, o.document_id
from outcomes o join directions r on r.id = o.direction join standings s on s.id = o.standing
where trim(:words) = ''
  or o.statement_id in (select s.id from matched join statements s on s.rowid = matched.rowid)
order by o.standing = 'found' desc, o.year desc, o.title, o.char_start
