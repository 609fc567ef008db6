-- title: Gaps: what no document reports on
-- description: Themes without a facilitator or without a barrier, kinds of outcome and measures without a result. The machine may have missed some.
-- needs: facilitator barrier outcome
with wanted as (
  select k.id as code, k.label as claim, 'themes' as attribute, t.id as value, t.label as about,
    t.rowid as place
  from codes k, themes t where k.id in ('facilitator', 'barrier')
  union all
  select k.id, k.label, 'domain', d.id, d.label, d.rowid
  from codes k, domains d where k.id = 'outcome'
  union all
  select k.id, k.label, 'indicator', i.id, i.label, i.rowid
  from codes k, indicators i where k.id = 'outcome'
)
select claim, about from wanted
where (code, attribute, value) not in (select code, attribute, value from counts)
order by code, attribute, place
