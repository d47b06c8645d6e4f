"""Prints the API's document: `python -m bots.http.api > docs/openapi.json`."""

import sys

from bots.http.api.routes import written

if __name__ == "__main__":
    sys.stdout.buffer.write(written())
