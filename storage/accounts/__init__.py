"""Our accounts at the providers: templates, incidents."""
