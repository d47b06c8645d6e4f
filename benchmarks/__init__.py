"""Measures the whole product on one machine, repeatably, the load included (`make bench`)."""
