-- title: Themes reported both as help and as hindrance
-- description: Where the answer is "it depends": themes with claims of both kinds, and the documents that make both.
with told as (
  select document_id, themes, 1 as helps, 0 as hinders from facilitators
  union all select document_id, themes, 0, 1 from barriers
), counted as (
  select j.value as theme, document_id, sum(helps) as helps, sum(hinders) as hinders
  from told, json_each(told.themes) j group by 1, 2
)
select t.label as theme, sum(helps) as facilitators, sum(helps > 0) as documents_with_facilitators,
  sum(hinders) as barriers, sum(hinders > 0) as documents_with_barriers,
  sum(helps > 0 and hinders > 0) as documents_with_both
from counted join themes t on t.id = counted.theme
group by t.id having sum(helps) > 0 and sum(hinders) > 0
order by documents_with_both desc, facilitators + barriers desc, theme
