"""Answers the control API: what people, the store and tests do."""
