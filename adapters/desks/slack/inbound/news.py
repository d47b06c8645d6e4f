"""Parses what Slack says about our channels and about ourselves (docs: Events API): pure.

A private channel has events of its own (`group_…`) beside those of a public one (`channel_…`).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from adapters.desks.slack.inbound.payloads import Channel, EventCallback, Membership, Renamed, Revoked
from adapters.desks.slack.inbound.reading import convert, moment
from adapters.desks.slack.outbound.errors import CURES
from core.desk.news import ARCHIVED, DELETED, DESK, JOINED, LEFT, RENAMED, REVOKED, UNARCHIVED, UNINSTALLED
from core.messages.inbound import AccountNews

SLACK = "slack"
# What Slack answers to posts after each of them.
CODES: Mapping[str, str] = MappingProxyType(
    {
        ARCHIVED: "is_archived",
        DELETED: "channel_not_found",
        LEFT: "not_in_channel",
        UNINSTALLED: "account_inactive",
        REVOKED: "token_revoked",
    }
)
Reader = Callable[[Mapping[str, Any], EventCallback, datetime], AccountNews | None]


def _of_channel(what: str) -> Reader:
    def read(payload: Mapping[str, Any], envelope: EventCallback, now: datetime) -> AccountNews:
        event = convert(payload["event"], Channel, "$.event")
        return _news(envelope, event.channel, what, moment(event.event_ts) if event.event_ts else now)

    return read


def _of_member(what: str) -> Reader:
    """Makes the reader of who joined or left a channel, which concerns us where it is our own bot."""

    def read(payload: Mapping[str, Any], envelope: EventCallback, now: datetime) -> AccountNews | None:
        event = convert(payload["event"], Membership, "$.event")
        at = moment(event.event_ts) if event.event_ts else now
        return _news(envelope, event.channel, what, at) if event.user in _bots(payload) else None

    return read


def _renamed(payload: Mapping[str, Any], envelope: EventCallback, now: datetime) -> AccountNews:
    return _news(envelope, convert(payload["event"], Renamed, "$.event").channel.id, RENAMED, now)


def _uninstalled(_payload: Mapping[str, Any], envelope: EventCallback, now: datetime) -> AccountNews:
    return _news(envelope, "", UNINSTALLED, now)


def _revoked(payload: Mapping[str, Any], envelope: EventCallback, now: datetime) -> AccountNews | None:
    """Reads which tokens are revoked; those of users are none of ours."""
    return _news(envelope, "", REVOKED, now) if convert(payload["event"], Revoked, "$.event").tokens.bot else None


def _news(envelope: EventCallback, place: str, what: str, at: datetime) -> AccountNews:
    code = CODES.get(what, "")
    told = {"subject": code, "state": what, "detail": CURES.get(code, "")}
    return AccountNews(envelope.event_id, SLACK, place, at, DESK, **told)


def _bots(payload: Mapping[str, Any]) -> Iterator[str]:
    """Lists the bot users for whose installation the event is: ours."""
    installed = payload.get("authorizations")
    entries = installed if isinstance(installed, list) else []
    return (str(each.get("user_id")) for each in entries if isinstance(each, dict) and each.get("is_bot"))


KINDS: Mapping[str, Reader] = MappingProxyType(
    {
        **{f"{kind}_archive": _of_channel(ARCHIVED) for kind in ("channel", "group")},
        **{f"{kind}_unarchive": _of_channel(UNARCHIVED) for kind in ("channel", "group")},
        **{f"{kind}_deleted": _of_channel(DELETED) for kind in ("channel", "group")},
        **{f"{kind}_left": _of_channel(LEFT) for kind in ("channel", "group")},
        **{f"{kind}_rename": _renamed for kind in ("channel", "group")},
        "member_left_channel": _of_member(LEFT),
        "member_joined_channel": _of_member(JOINED),
        "app_uninstalled": _uninstalled,
        "tokens_revoked": _revoked,
    }
)
