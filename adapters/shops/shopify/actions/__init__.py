"""Does at Shopify what a customer wants, by Admin GraphQL: one module per action, each done once."""
