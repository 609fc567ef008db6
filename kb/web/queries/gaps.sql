-- title: Gaps: what no document reports on
-- description: Themes without a facilitator or without a barrier, and kinds of outcome without a result. The machine may have missed some.
with wanted as (
  select k.id as code, k.label as claim, t.id as value, t.label as about, t.rowid as place
  from codes k, themes t where k.id in ('facilitator', 'barrier')
  union all
  select k.id, k.label, d.id, d.label, d.rowid from codes k, domains d where k.id = 'outcome'
)
select claim, about from wanted
where not exists (
  select 1 from evidence_map m where m.code = wanted.code and m.value = wanted.value
    and m.attribute in ('themes', 'domain')
)
order by code, place
