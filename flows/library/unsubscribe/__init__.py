"""Ends our messages, once the customer confirmed it; or keeps where and when they want them."""
