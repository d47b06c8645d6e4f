"""Describes a case for the team: why it came, who gets it, how it stands, what time does to it."""
