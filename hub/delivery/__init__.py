"""From an outbox row to the provider's receipt."""
