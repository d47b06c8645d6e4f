"""Reads one change of a webhook: what its items have in common, and what every item has."""

from datetime import datetime
from typing import Any, NamedTuple

from adapters.channels.whatsapp.inbound.identity import recipient_of, sender_of
from adapters.transport.batch import digest, moment
from core.messages.inbound import Unsupported
from core.messages.pieces import Profile
from core.people.addresses import Address

_LONGEST = 200


class Unreadable(ValueError):
    """Raised when a part that must be there is missing or has another form; carries no data."""


class Change(NamedTuple):
    """Holds where an item came from: our account, everybody the change names, the time of arrival."""

    account: str
    contacts: list[Any]
    now: datetime
    number: str = ""  # ours, as it is dialled
    standby: bool = False  # Meta's Business Agent answers in this conversation

    def at(self, item: Any) -> datetime:
        """Reads when it happened; the time of arrival where that is not said."""
        return moment(item.get("timestamp"), self.now)

    def sender(self, item: Any) -> tuple[Address, Profile]:
        """Reads who sent it."""
        return sender_of(self.account, self.contacts, item)

    def recipient(self, item: Any) -> tuple[Address, Profile]:
        """Reads whom it was sent to."""
        return recipient_of(self.account, self.contacts, item)

    def kept(
        self, item: Any, kind: str, *, answerable: bool = False, said: dict[str, str] | None = None
    ) -> Unsupported:
        """Keeps the item whole; one without an id under its digest. A customer who is known may get an answer. `said`:
        what can be read of it."""
        sender, profile = self.sender(item)
        return Unsupported(
            external_id=own_id(item) or f"{kind}:{digest(item)}",
            sender=sender,
            sent_at=self.at(item),
            kind=kind,
            raw=item,
            answerable=answerable and bool(sender.value) and not self.standby,
            profile=profile,
            said=said or {},
        )


def own_id(item: Any) -> str:
    """Reads the item's id; "" when there is none that a row can keep."""
    found = item.get("id")
    return found if isinstance(found, str) and len(found) <= _LONGEST and "\x00" not in found else ""


def item_id(item: Any) -> str:
    """Reads the item's id. Raises Unreadable."""
    return required(own_id(item))


def required(value: Any) -> str:
    """Returns a string that is not empty. Raises Unreadable."""
    if not isinstance(value, str) or not value:
        raise Unreadable
    return value


def optional(holder: Any, key: str) -> str:
    """Reads the string under `key`; "" when it is missing or none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""
