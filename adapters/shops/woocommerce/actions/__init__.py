"""Carries out at the shop what customers want: cancel, change, send back, refund."""
