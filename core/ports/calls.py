"""Defines the calls to a provider: what is made of a message, what the provider says, where a file lies."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.people.addresses import Address


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One provider call: `call` names it within the adapter, `payload` is its JSON without address and correlation.

    A `silent` part (a read mark, a callback answer) is sent once, as well as it goes; its failure stops nothing.
    `valid_for`: for how many seconds from the call on it is of use; 0 for as long as the provider tries. It is set at
    the call, for providers that drop what they could not deliver by then.
    """

    call: str
    payload: dict[str, Any]
    silent: bool = False
    valid_for: int = 0


class Rendered(msgspec.Struct, frozen=True):
    """The calls that say one message, in order, and what was lost on the way to the channel's limits."""

    parts: tuple[Part, ...]
    degradations: tuple[str, ...] = ()


class Sent(msgspec.Struct, frozen=True):
    """The provider took it.

    `aliases` are other addresses by which it knows this customer (wa_id, business-scoped id); `moved` is the address
    that replaces the one written to (a Telegram group that became a supergroup).
    """

    provider_id: str
    aliases: tuple[Address, ...] = ()
    moved: Address | None = None


class SentPart(msgspec.Struct, frozen=True):
    """A call that was made: its message is `provider_id` there."""

    call: str
    payload: dict[str, Any]
    provider_id: str


class Download(msgspec.Struct, frozen=True):
    """Where a customer's media lies now. `headers` go to the host of `url` only, never along a redirect elsewhere."""

    url: str
    headers: Mapping[str, str] = {}
    max_bytes: int = 0  # 0: the downloader's own limit
    mime: str = ""
    filename: str = ""

    def __repr__(self) -> str:
        """Writes it without the address and the headers: either may hold the account's token."""
        return f"Download(mime={self.mime!r}, max_bytes={self.max_bytes})"
