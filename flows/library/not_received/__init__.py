"""Helps with a parcel that is said to have arrived and is not there."""
