-- title: What came of admissions, or of anything else
-- description: Outcomes whose measure or quotation has these words; all of them without a word.
-- parameters: words
-- example: words=admission
select o.quote, o.measure, r.label as direction, o.magnitude, s.label as standing,
  o.title, o.year, o.page, o.statement_id, o.document_id
from outcomes o join directions r on r.id = o.direction join standings s on s.id = o.standing
where instr(lower(coalesce(o.measure, '') || ' ' || o.quote), lower(trim(:words))) > 0
order by o.standing = 'found' desc, o.year desc, o.title, o.char_start
