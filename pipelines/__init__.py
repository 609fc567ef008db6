"""The ingestion pipeline: pull, parse, segment, extract, embed, publish."""
