"""Serves the web application: webhooks, the store's API, files, health."""
