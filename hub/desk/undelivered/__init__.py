"""Tells agents what of theirs does not reach a customer, or soon will not, and offers other ways."""
