"""A notice in words: texts, formats, templates of the providers."""
