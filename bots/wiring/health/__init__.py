"""Wires what tells how the processes are: heartbeats, counters, outages."""
