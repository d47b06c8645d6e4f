"""Asks Shopify's Admin API (GraphQL): for subscriptions, for orders that changed."""
