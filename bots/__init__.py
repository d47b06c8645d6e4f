"""Processes: what runs, and the one place where everything is put together."""
