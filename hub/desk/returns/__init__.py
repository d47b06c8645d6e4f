"""Shows returns at the desk, and words what becomes of a press."""
