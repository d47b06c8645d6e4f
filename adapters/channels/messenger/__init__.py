"""Talks to Facebook Messenger by Meta's Graph API."""
