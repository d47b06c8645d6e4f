"""What a message carries, and how it fits a channel: limits, rendering, text, what was lost on the way."""
