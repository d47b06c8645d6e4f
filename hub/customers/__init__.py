"""Decides who a customer is, and which conversation an address belongs to."""
