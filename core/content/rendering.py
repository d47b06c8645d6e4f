"""Fits one abstract message to a channel's capabilities: which texts, which form of menu, what was shortened.

Adapters turn a `Fitted` into their provider's calls; no limit is known anywhere else.
"""

from collections.abc import Iterator, Sequence

import msgspec

from core.content.capabilities import Capabilities
from core.content.styles import Formatted, Styled, marked, shaped
from core.content.text import ELLIPSIS, shorten, size, split
from core.messages.outbound import Media, Option, OutboundMessage

NONE, BUTTONS, LIST, NUMBERED = "none", "buttons", "list", "numbered"
PAGE = "page."  # with a number: the id of the button that leads to another page of the same menu
CAPTIONED = ("image", "video", "document")
_WEB = ("https://", "http://")


class Fitted(msgspec.Struct, frozen=True):
    """A message in a channel's limits.

    `media` go first, the first of them with the `caption`; then the `texts`, in order. The menu (if any), the link
    button and the request belong to the last text, which then exists; a numbered menu may be in the caption.
    `styles` say how words look where marks in the text do not: of each text, else of the caption.

    `degradations` names each loss: "title_shortened:<id>", "description_shortened:<id>", "link_title_shortened",
    "buttons_to_list", "to_numbered_text", "text_split:<n>", "paged:<n>", "media_to_link:<id>",
    "media_to_document:<id>", "request_to_text:<what>", "no_link_preview".
    """

    texts: tuple[str, ...]
    menu: str = NONE
    options: tuple[Option, ...] = ()
    link: str = ""
    link_title: str = ""
    media: tuple[Media, ...] = ()
    caption: str = ""
    request: str = ""
    degradations: tuple[str, ...] = ()
    styles: tuple[tuple[Styled, ...], ...] = ()


def fit(message: OutboundMessage, limits: Capabilities) -> Fitted:
    """Fits `message` into `limits`, in the best form they allow.

    A menu is buttons, else a list, else numbered text, in pages where it is too long; a link is a button, else stands
    bare in the text; media that the channel does not take is a link.
    """
    lost: list[str] = []
    message = _shaped(message, limits) if message.styles else message
    media, message = _media(message, limits, lost)
    request = _request(message, limits, lost)
    if message.link_preview and not limits.link_previews:
        lost.append("no_link_preview")
    menu, options = _menu(message, limits, lost)
    button = menu == NONE and not request and limits.link_button and message.link.startswith(_WEB)
    title = " ".join(message.link_title.split()) or message.link
    text = message.text if button else _with_link(message)
    if menu == NUMBERED:
        text = numbered(text, message.options)
    hangs = bool(button or request or menu in (BUTTONS, LIST))
    if not text.strip() and hangs:
        text = message.menu_title.strip() or ELLIPSIS  # a menu needs a text above it on every channel
    words = Formatted(text, message.styles).stripped() if message.styles else Formatted(text.strip())
    if media and not hangs and _is_caption(words, media[0], limits):
        caption = _written(words, limits)
        return Fitted((), menu, media=media, caption=caption, degradations=tuple(lost), styles=_looks((words,), limits))
    split_ = _split(words, BUTTONS if button or request else menu, limits)
    texts = tuple(_written(each, limits) for each in split_)
    if len(texts) > 1:
        lost.append(f"text_split:{len(texts)}")
    short = shorten(title, limits.link_title, limits.text_unit) if button else ""
    if button and short != title and message.link_title:
        lost.append("link_title_shortened")
    link = message.link if button else ""
    return Fitted(texts, menu, options, link, short, media, "", request, tuple(lost), _looks(split_, limits))


def _shaped(message: OutboundMessage, limits: Capabilities) -> OutboundMessage:
    """Writes what the channel shows in another way than by marks, or not at all."""
    said = shaped(Formatted(message.text, message.styles), limits.markup)
    return msgspec.structs.replace(message, text=said.text, styles=said.styles)


def _written(words: Formatted, limits: Capabilities) -> str:
    return marked(words) if limits.markup == "marks" and words.styles else words.text


def _looks(words: Sequence[Formatted], limits: Capabilities) -> tuple[tuple[Styled, ...], ...]:
    """Returns the looks beside each text; none where none has any."""
    told = limits.markup == "entities" and any(each.styles for each in words)
    return tuple(each.styles for each in words) if told else ()


def _media(
    message: OutboundMessage, limits: Capabilities, lost: list[str]
) -> tuple[tuple[Media, ...], OutboundMessage]:
    """Keeps what the channel takes as it is, or as a document; the rest becomes a line of text with its link."""
    native, lines = [], [message.text]
    for each in message.media:
        kind = next((k for k in (each.kind, "document") if k in limits.media and _takes(limits, k, each)), "")
        if not kind:
            lost.append(f"media_to_link:{each.id}")
            lines.append(": ".join(filter(None, (each.filename, each.link))))
            continue
        if kind != each.kind:
            lost.append(f"media_to_document:{each.id}")
        native.append(msgspec.structs.replace(each, kind=kind))
    return tuple(native), msgspec.structs.replace(message, text="\n".join(filter(None, lines)))


def _takes(limits: Capabilities, kind: str, media: Media) -> bool:
    return limits.media[kind].takes(media.mime, media.size)


def _is_caption(words: Formatted, media: Media, limits: Capabilities) -> bool:
    text = _written(words, limits)
    return media.kind in CAPTIONED and bool(text) and size(text, limits.text_unit) <= limits.caption_max


def _request(message: OutboundMessage, limits: Capabilities, lost: list[str]) -> str:
    able = {"location": limits.location_request, "contact": limits.contact_request}
    if message.request and not able.get(message.request):
        lost.append(f"request_to_text:{message.request}")
        return ""
    return message.request


def _page(message: OutboundMessage, limits: Capabilities, lost: list[str]) -> tuple[Option, ...]:
    """Chooses the asked-for page of a menu that is too long for the channel, with a button that leads to the next."""
    room = max(limits.buttons, limits.list_rows)
    if room < 2 or len(message.options) <= room:
        return message.options
    pages = -(-len(message.options) // (room - 1))
    lost.append(f"paged:{pages}")
    page = min(message.page, pages - 1)
    more = Option(f"{PAGE}{(page + 1) % pages}", message.more_title or ELLIPSIS)
    return (*message.options[page * (room - 1) : (page + 1) * (room - 1)], more)


def numbered(text: str, options: Sequence[Option]) -> str:
    """Writes the menu as lines of text: `1. Refund – within 5 days`; the answer comes back as a number or a title."""
    told = [" – ".join(filter(None, (option.title or option.id, option.description))) for option in options]
    lines = [f"{n}. {each}" for n, each in enumerate(told, 1)]
    return "\n".join([text, *lines]) if text else "\n".join(lines)


def _menu(message: OutboundMessage, limits: Capabilities, lost: list[str]) -> tuple[str, tuple[Option, ...]]:
    """Chooses the menu's form and its options as shown. Two that would look alike make it numbered text, with all."""
    losses: list[str] = []
    page = _page(message, limits, losses)
    menu = _form(page, limits)
    if menu == NONE:
        return NONE, ()
    losses += ["buttons_to_list"] if menu == LIST and limits.buttons else []
    options = tuple(_fit_option(option, menu, limits, losses) for option in page)
    if menu == NUMBERED or len({(option.title, option.description) for option in options}) < len(options):
        lost.append("to_numbered_text")
        return NUMBERED, ()
    lost += losses
    return menu, options


def _form(options: Sequence[Option], limits: Capabilities) -> str:
    count = len(options)
    if not count:
        return NONE
    as_buttons, as_list = count <= limits.buttons, count <= limits.list_rows
    longest = max(size(option.title, limits.text_unit) for option in options)
    described = any(option.description for option in options)
    if as_list and (not as_buttons or described or longest > limits.button_title):
        return LIST
    return BUTTONS if as_buttons else NUMBERED


def _fit_option(option: Option, menu: str, limits: Capabilities, lost: list[str]) -> Option:
    """Fits one option: its title is one line and never empty; in a list, a title too long is told in full below it."""
    unit = limits.text_unit
    full = " ".join(option.title.split()) or option.id
    title = shorten(full, limits.button_title if menu == BUTTONS else limits.list_title, unit)
    if title != full:
        lost.append(f"title_shortened:{option.id}")
    told = " ".join(option.description.split())
    wanted = told or (full if title != full else "")
    description = shorten(wanted, limits.list_description, unit) if menu == LIST else ""
    if told and description != told:
        lost.append(f"description_shortened:{option.id}")
    return Option(option.id, title, description)


def _with_link(message: OutboundMessage) -> str:
    if not message.link:
        return message.text
    line = f"{message.link_title}: {message.link}" if message.link_title else message.link
    return f"{message.text}\n{line}"


def _split(words: Formatted, menu: str, limits: Capabilities) -> tuple[Formatted, ...]:
    """Splits text into parts within `text_max`, with room for its marks; the last within what a menu leaves for it."""
    marks = size(_written(words, limits), limits.text_unit) - size(words.text, limits.text_unit)
    if marks > limits.text_max // 2:  # more marks than words
        words, marks = Formatted(words.text), 0
    whole = limits.text_max - marks
    tail = {BUTTONS: limits.button_text_max, LIST: limits.list_text_max}.get(menu) or whole
    texts = split(words.text, whole, limits.text_unit)
    if texts and size(texts[-1], limits.text_unit) > tail:
        texts[-1:] = split(texts[-1], tail, limits.text_unit)
    return tuple(_located(words, texts)) if words.styles else tuple(map(Formatted, texts))


def _located(words: Formatted, texts: Sequence[str]) -> Iterator[Formatted]:
    """Finds the looks of each part again."""
    at = 0
    for text in texts:
        start = words.text.index(text, at)
        at = start + len(text)
        yield words.part(start, at)
