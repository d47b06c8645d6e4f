"""Handles what agents do, and shows them what they see."""
