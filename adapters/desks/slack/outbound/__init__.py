"""Posts to Slack, and reads what its refusals mean."""
