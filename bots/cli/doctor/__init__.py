"""Examines an installation for `doorstep doctor`: settings, connections, and what waits."""
