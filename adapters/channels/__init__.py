"""One folder per channel, the same files in each: verify, parse, render, send; limits and error codes as data."""
