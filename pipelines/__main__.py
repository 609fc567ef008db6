"""Lets `python -m pipelines` stand for `kb`."""

from pipelines.cli import main

main()
