"""Says what was changed of the store's files, and what became of the numbers it can move."""
