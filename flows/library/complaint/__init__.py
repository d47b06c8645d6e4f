"""Takes a complaint down, for a person."""
