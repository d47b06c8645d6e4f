"""Takes webhooks of Shopify, REST-shaped as of Admin API 2026-10."""
