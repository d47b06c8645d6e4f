"""The kinds of timers, one module each."""
