"""Takes wishes for gifts."""
