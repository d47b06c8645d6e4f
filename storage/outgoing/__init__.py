"""Keeps what the store is told and asked (`tables`), and finds what there is to tell (`news`)."""
