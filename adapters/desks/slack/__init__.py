"""Serves the desk by Slack: events and buttons in, cards and threads out. Import its modules; they differ in weight."""
