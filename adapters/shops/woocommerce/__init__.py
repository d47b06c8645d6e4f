"""Speaks with WooCommerce: takes its webhooks (inbound), asks its REST API (rest), carries out wishes (actions)."""
