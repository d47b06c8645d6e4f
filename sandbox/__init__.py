"""Stands in for the messaging platforms: speaks their real HTTP APIs, and serves a page to play with them."""
