"""Tells the store what happened and asks it to act: signed CloudEvents to its own address (docs/outgoing.md)."""
