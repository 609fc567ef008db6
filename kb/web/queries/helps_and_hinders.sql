-- title: Themes reported both as help and as hindrance
-- description: Where the answer is "it depends": themes with claims of both kinds, and the documents that make both.
-- needs: facilitator barrier themes
with told as (
  select value, label, document_id, sum(claims * (code = 'facilitator')) as helps,
    sum(claims * (code = 'barrier')) as hinders
  from counts where attribute = 'themes' group by 1, 2, 3
)
select label as theme, sum(helps) as facilitators, sum(helps > 0) as documents_with_facilitators,
  sum(hinders) as barriers, sum(hinders > 0) as documents_with_barriers,
  sum(helps > 0 and hinders > 0) as documents_with_both
from told group by value having sum(helps) > 0 and sum(hinders) > 0
order by documents_with_both desc, facilitators + barriers desc, theme
