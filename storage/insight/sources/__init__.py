"""Reads what is measured from: who wrote, what was said, sent, promised and delivered, and how cases went."""
