"""Holds a module for each command, with the command of the same name in it: found by being there.

A module loads what it needs when the command runs, so that `doorstep --help` waits for none of it.
"""
