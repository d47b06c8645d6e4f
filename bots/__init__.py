"""Runs the processes, and puts everything together for them in one place (`wiring`)."""
