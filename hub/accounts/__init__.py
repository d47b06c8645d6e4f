"""Looks after our accounts at the providers: their news, their health, what keeps one from sending."""
