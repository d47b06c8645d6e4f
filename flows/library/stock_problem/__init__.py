"""Offers what can be done where part of an order is not in stock."""
