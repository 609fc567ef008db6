"""Evaluation: how far predicted codes agree with gold, how surely, and where they differ."""
