"""One folder per source of orders: the store's own events, webhooks, files. `payloads` holds the formats they share."""
