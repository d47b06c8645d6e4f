"""Words notices: texts, formats, templates of the providers."""
