"""Tells the store what happened and asks it to act: rows that leave by a port, and answers that come back."""
