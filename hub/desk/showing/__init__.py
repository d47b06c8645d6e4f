"""Reads what agents are shown: the card, everything of a case, their own page, whom they look for."""
