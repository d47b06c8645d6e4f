"""Speaks with Shopify: takes its webhooks (inbound), asks its Admin API (admin)."""
