"""Holds the buttons under what an agent is told of a reply of theirs."""
