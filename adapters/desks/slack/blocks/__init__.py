"""What the desk shows, as Block Kit."""
