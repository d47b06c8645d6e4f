"""Decides and records what came of a call, and what follows from it."""
