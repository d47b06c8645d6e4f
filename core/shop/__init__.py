"""Describes what a store sells and ships: orders, returns, products, and what it tells and is asked."""
