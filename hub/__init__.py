"""Carries out the use cases: with what came in, what is due and what must go out."""
