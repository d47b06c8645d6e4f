"""Keeps campaigns, whom each goes to, and what came of it."""
