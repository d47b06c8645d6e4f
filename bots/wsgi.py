"""What granian loads in each of its worker processes."""

from bots.intake import build_intake
from bots.process import become, die_with_parent
from bots.web import create_app

_settings = become("web:server")
die_with_parent()
app = create_app(build_intake(_settings))
