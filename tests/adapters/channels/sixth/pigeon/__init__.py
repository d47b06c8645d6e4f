"""Pigeon: a made-up provider with signed JSON webhooks and a REST API, built as a real channel would be."""
