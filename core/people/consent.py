"""Knows what a customer allows, and the words by which they say so.

STOP, START and HELP work in any flow and any language of the list and are never undone by an ordinary message.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

SERVICE, MARKETING = "service", "marketing"


class Keyword(StrEnum):
    """A word that is about consent, not about the conversation."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# Whole message, any case (the carriers' words first, then other languages).
_STOP = {
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "arrêt",
    "arret",
    "alto",
    "退订",
    "停止",
    "td",
    "取消订阅",
}
_START = {"start", "unstop", "subscribe", "resubscribe", "订阅", "恢复"}
_HELP = {"help", "info", "帮助"}
# CANCEL and YES are consent words only where the carrier takes them as such: on SMS. Elsewhere they answer a question.
_SMS_STOP = {"cancel"}
# What US carriers and their gateways take as such by default (Twilio, "Opt-out keywords").
_CARRIER = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Keyword.STOP),
    **dict.fromkeys(("start", "unstop"), Keyword.START),
    **dict.fromkeys(("help", "info"), Keyword.HELP),
}
# HELP is a carrier's word too; on other channels it asks for the menu.


class ConsentState(msgspec.Struct, frozen=True):
    """The newest entry of the ledger for one address (or phone) and purpose."""

    purpose: str
    granted: bool
    source: str


class ConsentWord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a store tells of a consent, on a clock of its own: `at` when the customer said so there; None: when the
    event happened. It is about their number on this channel."""

    purpose: str
    channel: str
    granted: bool
    at: datetime | None = None


def carrier_word(text: str) -> str:
    """Returns the consent word that a carrier takes `text` for: only the bare word, in any case; else ""."""
    word = _CARRIER.get(text.strip().casefold())
    return word.value if word else ""


def keyword(text: str, channel: str) -> Keyword | None:
    """Returns the consent word that `text` is, if it is nothing else."""
    word = " ".join(text.strip().strip(".!。！").casefold().split())
    if word in _STOP or (channel == "sms" and word in _SMS_STOP):
        return Keyword.STOP
    if word in _START:  # "/start", with which a Telegram bot is opened, is none of them
        return Keyword.START
    if channel == "sms" and word in _HELP:
        return Keyword.HELP
    return None
