"""The tables and views of second coders, which are the same for every codebook."""

from __future__ import annotations

SECOND_TABLES = """
create table second_coders (
  id text primary key, model text not null, prompt_sha256 text not null, prompt text not null,
  schema text not null, codebook text not null, codes text not null
);
create table second_answers (
  id text primary key, coder_id text not null references second_coders(id),
  text_sha256 text not null, text text not null, response_id text not null, asked text not null,
  answer text not null, readable integer not null
);
create index second_answers_coder on second_answers(coder_id);
create table second_dropped (
  answer_id text not null references second_answers(id), ordinal integer not null,
  reason text not null, text text not null, primary key (answer_id, ordinal)
);
create table second_statements (
  coder_id text not null references second_coders(id),
  statement_id text not null references statements(id),
  document_id text not null references documents(id),
  answer_id text not null references second_answers(id),
  primary key (coder_id, statement_id)
);
create index second_statements_statement on second_statements(statement_id);
create index second_statements_answer on second_statements(answer_id);
create table second_claims (
  id text primary key, coder_id text not null references second_coders(id),
  statement_id text not null references statements(id),
  document_id text not null references documents(id), code text not null references codes(id),
  attributes text not null, quote text not null
);
create index second_claims_statement on second_claims(statement_id, coder_id, code);
"""
"""What was asked and answered stays for ever; what hangs on statements goes with them."""

SECOND_VIEWS = """
create view coder_pairs as
select r.coder_id, r.statement_id, codes.id as code,
  exists (
    select 1 from claims c where c.statement_id = r.statement_id and c.code = codes.id
  ) as first,
  exists (
    select 1 from second_claims c
    where c.statement_id = r.statement_id and c.coder_id = r.coder_id and c.code = codes.id
  ) as second
from second_statements r
join second_coders k on k.id = r.coder_id
join json_each(k.codes) j
join codes on codes.id = j.value;
create view disagreements as
select s.text as quote, s.lead_in, p.code,
  case when p.first then 'first coder' else 'second coder' end as given_by, k.model,
  d.title, d.year, s.page, s.heading, p.statement_id, s.document_id, p.coder_id
from coder_pairs p
join second_coders k on k.id = p.coder_id
join statements s on s.id = p.statement_id
join documents d on d.id = s.document_id
where p.first <> p.second;
create view agreement as
select coder_id, model, code, statements, both, first - both as first_only,
  second - both as second_only, statements - first - second + both as neither,
  case when chance < 1 then round((agreed - chance) / (1 - chance), 3) end as kappa
from (
  select *, (statements - first - second + 2.0 * both) / statements as agreed,
    (1.0 * first * second + 1.0 * (statements - first) * (statements - second))
      / statements / statements as chance
  from (
    select p.coder_id, k.model, p.code, count(*) as statements, sum(p.first) as first,
      sum(p.second) as second, sum(p.first and p.second) as both
    from coder_pairs p join second_coders k on k.id = p.coder_id
    group by p.coder_id, p.code
  )
);
"""
"""Where both coders differ, and Cohen's kappa; null where neither ever gave the code, or always."""
