"""Describes who a customer is: where they are reached, what they allowed, what they are called."""
