-- title: What came of admissions, or of anything else
-- description: Outcomes whose quotation has these words side by side, or begins the last of them so, in any inflection.
-- parameters: words
-- example: words=admission
select o.quote, o.measure, r.label as direction, o.magnitude, s.label as standing,
  o.title, o.year, o.page, o.statement_id, o.document_id
from statements_fts f
join statements n on n.rowid = f.rowid
join outcomes o on o.statement_id = n.id
join directions r on r.id = o.direction
join standings s on s.id = o.standing
where statements_fts match
  '{text} : "' || replace(substr(:words, 1, length(:words)), '"', ' ') || '" *'
order by o.standing = 'found' desc, o.year desc, o.title, o.char_start
