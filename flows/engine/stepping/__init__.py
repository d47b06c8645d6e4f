"""Carries out steps: asks, collects, waits, and finds the way on."""
