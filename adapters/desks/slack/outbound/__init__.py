"""What goes to Slack, and what its refusals mean."""
