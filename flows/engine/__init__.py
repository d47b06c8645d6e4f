"""Advances a conversation: (flows, session, event, now) to (session, effects), without I/O or clock."""
