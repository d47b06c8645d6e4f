"""Wires RQ's jobs: the queue, its worker, how far a job has come."""
