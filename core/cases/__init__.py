"""Describes a case for the team: what the desk shows and does, why it came, who gets it, what time does to it."""
