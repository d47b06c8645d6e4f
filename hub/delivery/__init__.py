"""Delivers messages: from an outbox row to the provider's receipt."""
