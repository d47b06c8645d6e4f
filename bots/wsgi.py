"""What granian loads in each of its worker processes."""

from bots.process import become, die_with_parent
from bots.web import create_app
from bots.wiring import build

_settings = become("web:server")
die_with_parent()
app = create_app(build(_settings, speaks=False))
