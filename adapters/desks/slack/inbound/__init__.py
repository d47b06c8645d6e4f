"""Verifies what Slack sends, parses it, and hands it over to be stored."""
