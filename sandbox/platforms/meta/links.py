"""Makes short-lived links to media, as Meta gives them out."""

from sandbox.world.media import Stored
from sandbox.world.world import World

LOOKASIDE_SECONDS = 300
CDN_SECONDS = 3 * 86_400


def lookaside(world: World, stored: Stored) -> str:
    """Makes a link to WhatsApp media: good for five minutes, and only with the access token."""
    token = world.media.open(stored.id, world.clock(), LOOKASIDE_SECONDS)
    return f"{_origin(world)}/graph/lookaside/{stored.id}?source=webhook&hash={token}"


def cdn(world: World, stored: Stored) -> str:
    """Makes a link to Messenger media: signed, good for a few days, without any token."""
    token = world.media.open(stored.id, world.clock(), CDN_SECONDS)
    return f"{_origin(world)}/graph/cdn/{stored.id}?_nc_cat=1&oh={token}"


def _origin(world: World) -> str:
    return world.media.origin or world.config.base
