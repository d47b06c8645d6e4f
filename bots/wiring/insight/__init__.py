"""Has what happens measured, reported and shown."""
