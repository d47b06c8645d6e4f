"""Stands in for Slack: Web API, Events API, interactivity, slash commands, Socket Mode."""
