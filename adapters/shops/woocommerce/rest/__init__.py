"""Asks WooCommerce's REST API: for webhooks, for orders and products that changed, for parcels."""
