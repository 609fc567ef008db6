"""The tables in which the `llm` tool keeps embeddings."""

from __future__ import annotations

LLM_TABLES = """
create table collections (
  id integer primary key, name text, model text, fingerprint text
);
create unique index idx_collections_name on collections(name);
create table embeddings (
  collection_id integer references collections(id), id text, embedding blob, content text,
  content_blob blob, content_hash blob, metadata text, updated integer,
  primary key (collection_id, id)
);
create index idx_embeddings_content_hash on embeddings(content_hash);
create index embeddings_id on embeddings(id);
create table _sqlite_migrations (
  id integer primary key, migration_set text, name text, applied_at text
);
create unique index idx__sqlite_migrations_migration_set_name
  on _sqlite_migrations(migration_set, name);
"""
"""The tables of the `llm` tool's embeddings, so that `llm similar` reads the file as it is.

`fingerprint` is ours: it names the weights and the runtime that made the vectors. So is the index
of ids, without which each look at a statement's vector would read all.
"""

LLM_MIGRATIONS = (
    "m001_create_tables",
    "m002_foreign_key",
    "m003_add_updated",
    "m004_store_content_hash",
    "m005_add_content_blob",
)
"""What `llm` believes to have done; it would create its tables anew otherwise."""
