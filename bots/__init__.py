"""Runs the processes, and puts everything together for them in one place (`wiring`)."""

import os

# Before anything loads numpy: one message is too little to share among threads, which would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
