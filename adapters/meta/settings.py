"""Declares the setting that Meta's channels share."""

from core.accounts import Kind, Setting

GRAPH_API_URL = Setting("graph_api_url", "Graph API with its version", Kind.URL, "https://graph.facebook.com/v26.0")
