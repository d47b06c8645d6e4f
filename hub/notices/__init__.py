"""A notice from its registration to its end."""
