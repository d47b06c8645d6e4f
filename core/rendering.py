"""One abstract message fitted to a channel's capabilities: which texts, which form of menu, what was shortened.

Adapters turn a `Fitted` into their provider's calls; no limit is known anywhere else.
"""

import msgspec

from core.capabilities import Capabilities
from core.messages import Option, OutboundMessage
from core.text import ELLIPSIS, shorten, size, split

NONE, BUTTONS, LIST, NUMBERED = "none", "buttons", "list", "numbered"
_WEB = ("https://", "http://")


class Fitted(msgspec.Struct, frozen=True):
    """`texts` are sent in order; the menu (if any) and the link button belong to the last one, which then exists.

    `degradations` names each loss: "title_shortened:<id>", "description_shortened:<id>", "link_title_shortened",
    "buttons_to_list", "to_numbered_text", "text_split:<n>".
    """

    texts: tuple[str, ...]
    menu: str = NONE
    options: tuple[Option, ...] = ()
    link: str = ""
    link_title: str = ""
    degradations: tuple[str, ...] = ()


def fit(message: OutboundMessage, limits: Capabilities) -> Fitted:
    """`message` in the best form `limits` allow.

    A menu is buttons, else a list, else numbered text; a link is a button, else stands bare in the text.
    """
    menu, options, lost = _menu(message, limits)
    button = menu == NONE and limits.link_button and message.link.startswith(_WEB)
    title = " ".join(message.link_title.split()) or message.link
    text = message.text if button else _with_link(message)
    if menu == NUMBERED:
        text = numbered(text, message.options)
    if not text.strip() and (button or menu in (BUTTONS, LIST)):
        text = message.menu_title.strip() or ELLIPSIS  # no channel hangs a menu on nothing
    texts = _split(text, BUTTONS if button else menu, limits)
    if len(texts) > 1:
        lost.append(f"text_split:{len(texts)}")
    if not button:
        return Fitted(texts, menu, options, degradations=tuple(lost))
    short = shorten(title, limits.link_title, limits.text_unit)
    if short != title and message.link_title:
        lost.append("link_title_shortened")
    return Fitted(texts, link=message.link, link_title=short, degradations=tuple(lost))


def numbered(text: str, options: tuple[Option, ...]) -> str:
    """The menu as lines of text: `1. Refund – within 5 days`; the answer comes back as a number or a title."""
    told = [" – ".join(filter(None, (option.title or option.id, option.description))) for option in options]
    lines = [f"{n}. {each}" for n, each in enumerate(told, 1)]
    return "\n".join([text, *lines]) if text else "\n".join(lines)


def _menu(message: OutboundMessage, limits: Capabilities) -> tuple[str, tuple[Option, ...], list[str]]:
    """The menu's form, its options as shown, and what was lost. Two that would look the same make it numbered text."""
    menu = _form(message, limits)
    if menu in (NONE, NUMBERED):
        return menu, (), ["to_numbered_text"] if menu == NUMBERED else []
    lost = ["buttons_to_list"] if menu == LIST and limits.buttons else []
    options = tuple(_fit_option(option, menu, limits, lost) for option in message.options)
    if len({(option.title, option.description) for option in options}) < len(options):
        return NUMBERED, (), ["to_numbered_text"]
    return menu, options, lost


def _form(message: OutboundMessage, limits: Capabilities) -> str:
    count = len(message.options)
    if not count:
        return NONE
    as_buttons, as_list = count <= limits.buttons, count <= limits.list_rows
    longest = max(size(option.title, limits.text_unit) for option in message.options)
    described = any(option.description for option in message.options)
    if as_list and (not as_buttons or described or longest > limits.button_title):
        return LIST
    return BUTTONS if as_buttons else NUMBERED


def _fit_option(option: Option, menu: str, limits: Capabilities, lost: list[str]) -> Option:
    """A title is one line and never empty. In a list, a title too long is told in full below it."""
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


def _split(text: str, menu: str, limits: Capabilities) -> tuple[str, ...]:
    """Parts within `text_max`; the last within what a menu leaves for its text."""
    tail = {BUTTONS: limits.button_text_max, LIST: limits.list_text_max}.get(menu) or limits.text_max
    texts = split(text, limits.text_max, limits.text_unit)
    if texts and size(texts[-1], limits.text_unit) > tail:
        texts[-1:] = split(texts[-1], tail, limits.text_unit)
    return tuple(texts)
