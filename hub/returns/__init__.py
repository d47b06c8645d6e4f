"""Takes returns along their tracks: decided by service, counted by the warehouse, paid by finance."""
