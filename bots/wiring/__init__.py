"""The composition root: settings in, parts out."""
