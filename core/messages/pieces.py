"""Defines what comes with a message in: who sent it, what was pressed, sent along or pointed at, what led here."""

from typing import Any

import msgspec

from core.people.addresses import Address


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a channel tells of the sender. `aliases` are further addresses of theirs that the channel vouches for."""

    name: str = ""
    locale: str = ""
    aliases: tuple[Address, ...] = ()


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pressed button, list row, quick reply or postback: the id that we gave it and the words that they saw."""

    id: str
    title: str = ""
    description: str = ""


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something beside words. Media is a reference, fetched later: `ref` is the channel's own handle (id or URL).

    `kind` is one of MEDIA_KINDS, or says what `data` holds: location {latitude, longitude, name?, address?, url?,
    live?}, contact {name, phone, own, …} (core.content.cards), order {catalog, lines: [{product, title?, quantity,
    unit_price, currency}]}, form {name, answers: {…}}, poll {question, options: [{text, votes?, right?}], quiz?,
    closed?}, share {what, title?, text?, url?, …}: a link, post or product from elsewhere. Any other kind has facts
    by name (core.content.facts); a sticker may have {emoji, set}.
    """

    kind: str
    ref: str = ""
    mime: str = ""
    filename: str = ""
    caption: str = ""
    size: int = 0
    data: dict[str, Any] = {}


MEDIA_KINDS = ("image", "video", "audio", "voice", "document", "sticker")


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """What brought the customer here. `ref` is the word that we put into the link ourselves."""

    source: str  # ad, link, product, post, get_started
    ref: str = ""
    id: str = ""  # of the ad, product or post
    url: str = ""
    headline: str = ""
    body: str = ""
    via: str = ""  # the provider's own word for the way, where it says more: SHORTLINK, CUSTOMER_CHAT_PLUGIN
    media: str = ""  # image, video
    media_url: str = ""
    thumbnail_url: str = ""
    greeting: str = ""  # what the ad said when it opened the chat
    click_id: str = ""  # by which a sale is reported to Meta as this ad's (ctwa_clid)
    post_id: str = ""
    product_id: str = ""


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payload itself shows of the message that the customer points at.

    Most channels name that message by an id alone (`reply_to`, `target`); its words are on the timeline then.
    """

    text: str = ""
    part: str = ""  # the words of it that the customer marked
    kinds: tuple[str, ...] = ()  # of its files, or of what it is (story, poll)
    author: str = ""  # CUSTOMER or SHOP, where the payload tells
    origin: str = ""  # whose it is, where it comes from elsewhere: a channel's title, a person's name


CUSTOMER, SHOP = "customer", "shop"
