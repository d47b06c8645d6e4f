"""Reads orders, one folder per source: the store's own events, webhooks, files. `payloads` has what they share."""
