"""Stands in for a shop at Shopify: token endpoint, Admin GraphQL, webhooks."""
