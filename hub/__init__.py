"""Use cases: what happens with what came in, what is due and what must go out."""
