"""Speaks to Pigeon, a made-up provider with signed JSON webhooks and a REST API, as a real channel would."""
