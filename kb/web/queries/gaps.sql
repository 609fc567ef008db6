-- title: Gaps: what no document reports on
-- description: Themes without a facilitator or without a barrier, and kinds of outcome without a result. The machine may have missed some.
-- needs: facilitator barrier outcome
with wanted as (
  select k.id as code, k.label as claim, t.id as value, t.label as about, t.rowid as place
  from codes k, themes t where k.id in ('facilitator', 'barrier')
  union all
  select k.id, k.label, d.id, d.label, d.rowid from codes k, domains d where k.id = 'outcome'
), told as materialized (
  select code, value from counts where attribute = 'themes'
  union select code, value from counts where attribute = 'domain'
)
select claim, about from wanted where (code, value) not in (select code, value from told)
order by code, place
