"""Keeps the clocks of cases: by when somebody answers, who is told when not, and who gets what nobody has taken."""
