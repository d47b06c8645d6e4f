"""Reads a connection page by page."""

from collections.abc import AsyncIterator
from typing import Any

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.values import Json, object_, objects, text
from adapters.transport.json_text import without_nul

MOST_PAGES = 400  # of one look


async def pages(admin: Admin, document: str, /, *path: str, **variables: Any) -> AsyncIterator[Json]:
    """Yields the nodes of the connection that lies at `path` in the answers. Raises SendError."""
    after: str | None = None
    for _ in range(MOST_PAGES):
        page: Any = await admin.ask(document, after=after, **variables)
        for name in path:
            page = object_(page).get(name)
        for node in objects(without_nul(object_(page).get("nodes"))):
            yield node
        info = object_(object_(page).get("pageInfo"))
        after = text(info.get("endCursor")) or None
        if not info.get("hasNextPage") or after is None:
            return
