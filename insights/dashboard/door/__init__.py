"""Keeps the door of the pages: who signed in, what a form must carry, how often is too often."""
