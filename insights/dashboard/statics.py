"""Serves the files of the pages under names that change with what is in them, so that browsers keep them for a year."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Response, abort

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
SERVED = (".css", ".js", ".svg")


@cache
def named() -> dict[str, Path]:
    """Names each file that is served, like `app.3f2a9c1b.css`."""
    return {_name(path): path for path in sorted(FOLDER.iterdir()) if path.suffix in SERVED}


@cache
def name_of(file: str) -> str:
    """Returns the name under which a file is served."""
    return _name(FOLDER / file)


def answer(name: str) -> Response:
    """Answers with a file; 404 for what is none, or no longer what it was."""
    path = named().get(name)
    if path is None:
        abort(404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), mimetype=kind, headers={"Cache-Control": FOREVER})


def _name(path: Path) -> str:
    digest = hashlib.blake2s(path.read_bytes(), digest_size=4).hexdigest()
    return f"{path.stem}.{digest}{path.suffix}"
