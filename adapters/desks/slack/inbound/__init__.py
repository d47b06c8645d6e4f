"""What Slack brings: verified, parsed, handed over to be stored."""
