"""Holds a folder for each channel, the same files in each: verify, parse, render, send; limits and codes as data."""
