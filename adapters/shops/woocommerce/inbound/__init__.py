"""Takes webhooks of WooCommerce, as of its REST API v3."""
