"""One notice to many."""
