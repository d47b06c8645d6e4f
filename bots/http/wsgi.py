"""Builds the application in each worker process of granian."""

from bots.http.app import create_app
from bots.process import become, die_with_parent, in_words
from bots.wiring.health import counts
from bots.wiring.intake import build_intake

_settings = become("web:server")
die_with_parent()
counts.share(_settings.var_dir)
with in_words():
    app = create_app(build_intake(_settings))
