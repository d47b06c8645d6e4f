"""Takes claims for faults that show later."""
