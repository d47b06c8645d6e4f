"""From what a customer wrote to what she means: commands, choices, values."""
