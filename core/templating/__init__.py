"""Evaluates expressions and templates that staff write: Jinja2, hardened, for flows and notices alike."""
