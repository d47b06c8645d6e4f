"""Knows the kinds of notice there are: ours, and the store's own over them."""
