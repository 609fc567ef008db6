"""Sets the masters in type: read once, then one writer for each format."""
