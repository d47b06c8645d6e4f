"""Tells which paths lead to a page of ours, and to no other place."""

import re
from urllib.parse import unquote

from flask import current_app
from werkzeug.exceptions import HTTPException

_UP = re.compile(r"(^|[/\\])\.{1,2}([/\\]|$)")  # browsers go up by these, in whatever form they are written


def leads(path: str) -> bool:
    """Tells whether a path under our own, with its query, opens a page of ours."""
    bare = unquote(path.partition("?")[0])
    return path.startswith("/") and path.isprintable() and not _UP.search(bare) and is_page(bare)


def is_page(path: str) -> bool:
    """Tells whether there is a page at exactly this path."""
    try:
        current_app.url_map.bind("").match(path, "GET")
    except HTTPException:  # also one that leads elsewhere
        return False
    return True
