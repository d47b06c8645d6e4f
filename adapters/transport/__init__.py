"""What every adapter stands on: one HTTP client, secrets compared, JSON from outside."""
