"""Defines what passes between the product and the desk where people answer (Slack), free of Slack's own forms."""
