"""Loads the yardstick in each of granian's worker processes."""

import setproctitle

from benchmarks.bare_flask import create_app
from bots.process import die_with_parent

setproctitle.setproctitle("doorstep:baseline")
die_with_parent()
app = create_app()
