"""Carries what goes between the product and the stand-ins: webhooks, faults, the log of calls."""
