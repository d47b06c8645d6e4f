"""Asks who a customer is: no webhook of Messenger says it (Meta, "User Profile API")."""

from urllib.parse import quote

from adapters.channels.messenger.inbound.envelope import words
from adapters.meta.graph import Graph
from core.messages.pieces import Profile
from core.people.names import full_name

_FIELDS = "first_name,last_name,name"


async def profile(graph: Graph, person: str) -> Profile:
    """Asks GET /{PSID} for the name, "" where Meta does not give it. Raises SendError."""
    known = await graph.get(f"{quote(person, safe='')}?fields={_FIELDS}")
    given, family = (words(known.get(key)).strip() for key in ("first_name", "last_name"))
    return Profile(words(known.get("name")).strip() or full_name(given, family))
