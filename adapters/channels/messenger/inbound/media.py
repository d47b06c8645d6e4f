"""Locates a customer's file: Meta's links are signed for some days, and signed anew when asked for by message."""

from urllib.parse import quote

from adapters.channels.messenger.inbound.envelope import words
from adapters.channels.messenger.inbound.handles import NODE, node_url, read_handle, same_file
from adapters.meta.graph import Graph
from adapters.transport.batch import items
from core.errors import SendError
from core.ports.calls import Download


async def locate(graph: Graph, ref: str, max_bytes: int) -> Download:
    """Asks GET /{message}/attachments (Meta, Graph API "Message") for the fresh link of the same file.

    Where Meta will not say (a sticker, a missing permission), the link that came with the message must do. Neither
    needs the token.
    """
    url, mid = read_handle(ref)
    try:
        answer = await graph.get(f"{quote(mid, safe='')}/attachments?fields={NODE}") if mid else {}
    except SendError:
        answer = {}
    found = same_file(items(answer, "data"), url)
    if not found:
        return Download(url, max_bytes=max_bytes)
    mime, name = words(found.get("mime_type")), words(found.get("name"))
    return Download(node_url(found), max_bytes=max_bytes, mime=mime, filename=name)
