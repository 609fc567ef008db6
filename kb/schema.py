"""The tables of a knowledge base; those of codes and attributes follow the codebook."""

from __future__ import annotations

from kb.codebook import Attribute, Codebook
from kb.figures import NUMBERS, UNIT
from kb.llm_schema import LLM_TABLES
from kb.second_schema import SECOND_TABLES, SECOND_VIEWS
from kb.views import views_sql

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""How full-text search takes words: their stems, without accents."""

TABLES = f"""
create table documents (
  id text primary key, title text not null, authors text not null, year integer, publisher text,
  kind text, url text, doi text, licence text, language text, path text not null,
  sha256 text not null, pages integer, words integer not null, text text not null, quality real
);
create table pages (
  id text primary key, document_id text not null references documents(id), page integer not null,
  words integer not null, unknown real, doubtful real, read_by text not null, quality real
);
create index pages_document on pages(document_id, page);
create table passages (
  id text primary key, document_id text not null references documents(id),
  ordinal integer not null, kind text not null, heading text not null, text text not null,
  page integer, box text, char_start integer not null, char_end integer not null,
  lead_in text not null, level integer not null, language text
);
create index passages_document on passages(document_id, ordinal);
create table statements (
  id text primary key, document_id text not null references documents(id),
  passage_id text not null references passages(id), ordinal integer not null,
  text text not null, lead_in text not null, heading text not null, page integer,
  char_start integer not null, char_end integer not null, box text
);
create index statements_document on statements(document_id, ordinal);
create index statements_passage on statements(passage_id);
create index statements_place on statements(id, passage_id);
create virtual table statements_fts using fts5(
  text, lead_in, heading, content='statements', tokenize='{TOKENIZER}'
);
create table works (
  id text primary key, title text, authors text not null, year integer, container text, doi text,
  url text, text text not null, document_id text references documents(id)
);
create index works_document on works(document_id);
create table citations (
  id text primary key, document_id text not null references documents(id),
  work_id text references works(id), passage_id text not null references passages(id),
  label text not null, text text not null, authors text not null, title text, year integer,
  suffix text not null, container text, doi text, url text
);
create index citations_document on citations(document_id);
create index citations_work on citations(work_id, document_id);
create index citations_passage on citations(passage_id);
create table statement_citations (
  statement_id text not null references statements(id),
  citation_id text not null references citations(id), mark text not null,
  primary key (statement_id, citation_id)
);
create index statement_citations_citation on statement_citations(citation_id);
create table entity_kinds (
  id text primary key, label text not null, plural text not null, definition text not null
);
create table entities (
  id text primary key, kind text not null references entity_kinds(id), name text not null
);
create table asks (
  attribute text not null, value text not null, phrase text not null,
  primary key (attribute, value, phrase)
);
create table prefers (
  code text not null references codes(id), attribute text not null, value text not null,
  primary key (code, attribute, value)
);
create table synonyms (
  words text not null, means text not null, documents integer,
  primary key (words, means)
);
create table short_forms (
  document_id text not null references documents(id), short text not null, long text not null,
  primary key (document_id, short, long)
);
create table versions (
  document_id text not null references documents(id), ordinal integer not null,
  sha256 text not null, primary key (document_id, ordinal)
);
create table sketches (
  document_id text primary key references documents(id),
  least blob not null -- the 256 least hashes of five words in a row, 64 bits each
);
create table copies (
  document_id text primary key references documents(id),
  main_id text not null references documents(id), likeness real not null
);
create index copies_main on copies(main_id);
create table unread (
  id text primary key, path text not null, sha256 text not null, reason text not null
);
create table builds (
  id integer primary key, finished text not null, version text not null, python text not null,
  sqlite text not null, codebook text not null, codebook_sha256 text not null,
  codebook_path text not null, coder text not null, encoder text not null,
  questions text not null,
  documents integer not null,
  passages integer not null, statements integer not null, claims integer not null,
  unread integer not null
);
create table kept_counts (question text primary key, rows text not null);
create table stages (
  document_id text primary key references documents(id), file text not null,
  read_by text not null, coded_by text not null
);
create table unread_stages (
  file text primary key, unread_id text not null references unread(id), read_by text not null
);
"""
"""`kept_counts` is filled where nothing changes any more, in a published base.

`stages` say by which version of the code each document was read and coded; builds need them.

`asks` has words of questions and what a question with them is after; `synonyms` has pairs in both
directions, `documents` counting those that say so themselves ("long form (LF)").
"""

CHANGES = """
create table changes (
  finished text not null, change text not null, kind text not null, id text not null,
  document_id text not null, title text not null, year integer, url text, path text not null,
  code text, quote text, page integer, primary key (finished, change, kind, id)
);
"""
"""What came and went with each build: no part of what is built, and so not of its digest."""

ENTITIES = """
    create table claim_entities (
      claim_id text not null references claims(id),
      entity_id text not null references entities(id), text text not null,
      primary key (claim_id, entity_id)
    );
    create index claim_entities_entity on claim_entities(entity_id);
"""
"""Whom and what the claims' statements name, and in which words."""


def scripts(codebook: Codebook) -> tuple[str, ...]:
    """Give all statements that make an empty knowledge base."""
    tables = (
        TABLES,
        LLM_TABLES,
        lookup_sql(codebook),
        claims_sql(codebook),
        SECOND_TABLES,
        CHANGES,
    )
    return (*tables, views_sql(codebook), SECOND_VIEWS)


def lookup_sql(codebook: Codebook) -> str:
    """Give the statement that creates the lookup tables: codes, attributes, and their values."""
    codes = (
        "create table codes (id text primary key, label text not null, plural text not null, "
        "question text not null, definition text not null, exclusion text not null, "
        "view text not null);"
    )
    attributes = (
        "create table attributes (id text primary key, label text not null, "
        "definition text not null, many integer not null, figure integer not null, lookup text, "
        "codes text not null);"
    )
    return (
        codes
        + attributes
        + "".join(
            f"create table {attribute.table} (id text primary key, label text not null, "
            f"definition text not null{wider_column(attribute, codebook)});"
            for attribute in codebook.attributes
            if attribute.table
        )
    )


def wider_column(attribute: Attribute, codebook: Codebook) -> str:
    """Give the column that says to which value of another attribute each value belongs."""
    if not attribute.under:
        return ""
    table = codebook.attribute(attribute.under).table
    return f", {attribute.under} text not null references {table}(id)"


def claims_sql(codebook: Codebook) -> str:
    """Give the statement that creates the claims, with one column for each attribute."""
    columns = "".join(f"{attribute_column(attribute)}, " for attribute in codebook.attributes)
    listed = (attribute.name for attribute in codebook.attributes if attribute.table)
    counted = ("code", "document_id", *listed, "confidence", "statement_id", "id")
    lists = (each.name for each in codebook.attributes if each.table and each.many)
    by_list = "".join(
        f"create index claims_by_{name} on claims({', '.join(dict.fromkeys((name, *counted)))});"
        for name in lists
    )
    return f"""
    create table claims (
      id text primary key, statement_id text not null references statements(id),
      document_id text not null references documents(id),
      code text not null references codes(id), {columns}
      confidence real, status text not null
    );
    create index claims_statement on claims(statement_id);
    create index claims_document on claims(document_id);
    -- have all that is counted or put in order, so that neither reads the claims themselves
    create index claims_code on claims({", ".join(counted)});
    {by_list}
    {ENTITIES}
    """


def attribute_column(attribute: Attribute) -> str:
    """Give one attribute's column: a JSON array, a value of its lookup table, or plain words.

    Behind the words of a figure stand its numbers and its unit.
    """
    if attribute.figure:
        numbers = (f"{attribute.name}_{part} real" for part in NUMBERS)
        return f"{attribute.name} text, {', '.join(numbers)}, {attribute.name}_{UNIT} text"
    if attribute.many or not attribute.table:
        return f"{attribute.name} text"
    return f"{attribute.name} text references {attribute.table}(id)"
