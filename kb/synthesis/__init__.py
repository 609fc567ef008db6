"""Summing claims up: the evidence map, the outcome board, and the quotations behind a number."""
