"""Limits how much a business may say on WhatsApp: by number, by pair, by portfolio, and the marketing cap."""

from sandbox.platforms.meta.errors import GraphError
from sandbox.wire.buckets import Buckets
from sandbox.world.people import Phone
from sandbox.world.world import World

DAY = 86_400


class Portfolio:
    """Counts what all numbers of a business share, over the last 24 hours."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._reached: dict[str, float] = {}
        self._marketing: dict[str, list[float]] = {}

    def full(self, phone: Phone) -> bool:
        """Counts a conversation that the business opens; True when that is one customer too many."""
        limit, now = self._world.pace.portfolio, self._world.clock()
        self._reached = {user: at for user, at in self._reached.items() if now - at < DAY}
        if limit and phone.user_id not in self._reached and len(self._reached) >= limit:
            return True
        self._reached[phone.user_id] = now
        return False

    def capped(self, phone: Phone) -> bool:
        """Counts a marketing template; True when this customer had enough of them."""
        limit, now = self._world.pace.marketing_cap, self._world.clock()
        times = [at for at in self._marketing.get(phone.user_id, []) if now - at < DAY]
        capped = bool(limit) and len(times) >= limit
        self._marketing[phone.user_id] = times if capped else [*times, now]
        return capped

    def clear(self) -> None:
        """Forgets who was written to."""
        self._reached.clear()
        self._marketing.clear()


class Rates:
    """Limits one number to 80 messages a second, and to one customer in 6 seconds (45 of them ahead)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = Buckets(rate=80, burst=85)
        self._pairs = Buckets(rate=1 / 6, burst=46)

    def take(self, pair: str) -> None:
        """Counts a message; raises GraphError 130429 or 131056."""
        if not self._world.pace.limits:
            return
        now = self._world.clock()
        if self._number.take("number", now):
            raise GraphError(130429, "Cloud API message throughput has been reached.")
        if self._pairs.take(pair, now):
            raise GraphError(
                131056, "Too many messages sent from this phone number to the same recipient in a short period of time."
            )

    def clear(self) -> None:
        """Fills the rate limits again."""
        self._number.clear()
        self._pairs.clear()
