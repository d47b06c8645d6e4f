"""Moves a case from state to state: who has it, what it waits for, how it ends."""
