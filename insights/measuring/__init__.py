"""Measures what happened with customers, one contact or case at a time: pure, from what was said and done."""
