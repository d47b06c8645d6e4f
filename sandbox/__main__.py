"""Serves the sandbox of DIR/sandbox.json (`python -m sandbox --var DIR [--port N]`), until SIGTERM or SIGINT."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from setproctitle import setproctitle

from sandbox import config
from sandbox.app import create_app


def main() -> int:
    """Runs the sandbox; exit status 0 after a signal, 1 with a line on stderr when it could not start."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Stand-ins for the messaging platforms and a page to play with them."
    )
    parser.add_argument("--var", type=Path, required=True, metavar="DIR", help="the folder with sandbox.json")
    parser.add_argument("--port", type=int, help="another port than the one in sandbox.json")
    options = parser.parse_args()
    setproctitle(f"doorstep:sandbox {options.var.resolve()}")
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    try:
        asyncio.run(_serve(options.var, options.port))
    except FileNotFoundError:
        sys.stderr.write(f"{options.var / config.FILE_NAME} is missing; sandbox.config.create writes it\n")
        return 1
    except (OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"the sandbox cannot start: {error}\n")
        return 1
    return 0


async def _serve(var_dir: Path, port: int | None) -> None:
    known = config.load(var_dir)
    at = port or urlsplit(known.page).port or 8001
    if at != urlsplit(known.page).port:
        known = config.create(var_dir, known.product, at)
    runner = web.AppRunner(create_app(known, var_dir), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", at).start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
