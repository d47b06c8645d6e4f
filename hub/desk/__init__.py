"""What agents do, and what they see."""
