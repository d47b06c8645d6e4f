"""Keeps inbox and outbox, the leases on them, and what comes due again."""
