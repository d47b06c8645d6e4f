"""Changes what is in an order that has not left yet."""
