"""Tells how a week or a month was: the numbers with what moved them, and what is to be mended first."""
