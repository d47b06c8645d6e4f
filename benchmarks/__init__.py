"""Repeatable measurements of the whole product on one machine, the load included (`make bench`)."""
