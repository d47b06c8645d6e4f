"""Stands in for a shop on WooCommerce: REST API v3, webhooks, and the plugins that keep tracking numbers."""
