"""Takes a notice from its registration to its end."""
