"""Holds what several flows share: words, repairs, and what may be told of orders."""
