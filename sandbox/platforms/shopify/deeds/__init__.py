"""Does what the mutations ask for, by Shopify's rules."""
