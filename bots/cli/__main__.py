"""Runs `python -m bots.cli`."""

from bots.cli import main

main()
