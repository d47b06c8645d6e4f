"""Flow files and policies, read and checked."""
