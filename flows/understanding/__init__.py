"""From what a customer wrote to what they mean: commands, choices, values."""
