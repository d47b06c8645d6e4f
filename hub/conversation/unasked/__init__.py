"""Says what nobody asked for just now: what happened elsewhere, what is in stock again, the question for a rating."""
