"""Writes what every channel can carry as one Markdown table, from the limits files."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from adapters.channels import registry
from core.content.capabilities import Capabilities, MediaLimit, load_capabilities


def load_all() -> dict[str, Capabilities]:
    """Loads name for people -> capabilities, in the order of the channels. Raises ConfigurationError."""
    found = {
        head: load_capabilities(registry.folder(spec) / file) for spec in registry.specs() for file, head in spec.limits
    }
    lines = registry.lines()
    return dict(sorted(found.items(), key=lambda each: lines[each[1].channel].place))


@cache
def window_hours() -> Mapping[str, float | None]:
    """Returns by channel how long a customer's message lets us write freely."""
    return {limits.channel: limits.window_hours for limits in load_all().values()}


def table(known: dict[str, Capabilities]) -> str:
    """Writes a row per ability, a column per channel."""
    head = ["", *known]
    rows = [[title, *(tell(each) for each in known.values())] for title, tell in _ROWS.items()]
    return "\n".join(map(_line, [head, ["---"] * len(head), *rows])) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _window(limits: Capabilities) -> str:
    if limits.window_hours is None:
        return "none"
    people = f"; a person {limits.human_window_hours / 24:g} days" if limits.human_window_hours else ""
    return f"{limits.window_hours:g} h{people}"


def _first(limits: Capabilities) -> str:
    if not limits.writes_first:
        return "no"
    return "yes, by template" if limits.templates else "yes"


def _menu(limits: Capabilities) -> str:
    forms = [f"{limits.buttons} buttons"] if limits.buttons else []
    forms += [f"list of {limits.list_rows}"] if limits.list_rows else []
    return ", then ".join([*forms, "pages"]) if forms else "numbered text"


def _media(kind: str) -> Callable[[Capabilities], str]:
    def tell(limits: Capabilities) -> str:
        limit = limits.media.get(kind)
        return "as a link" if limit is None else _size(limit)

    return tell


def _size(limit: MediaLimit) -> str:
    return _bytes(limit.max_bytes)


def _bytes(count: int) -> str:
    """Writes a size in the unit that the platform rounds to: some count 1,000,000 to a MB, some 1,048,576."""
    for unit, name in ((1_048_576, "MB"), (1_000_000, "MB"), (1024, "kB"), (1000, "kB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} bytes"


def _yes(name: str) -> Callable[[Capabilities], str]:
    return lambda limits: "yes" if getattr(limits, name) else "no"


def _rate(limits: Capabilities) -> str:
    if not limits.rate:
        return "no limit"
    pair = (
        f"; one recipient every {limits.pair_seconds:g} s, {limits.pair_burst} at once" if limits.pair_seconds else ""
    )
    return f"{limits.rate:g}/s{pair}"


def _receipts(limits: Capabilities) -> str:
    if not limits.receipts:
        return "no"
    return "delivered, read" if limits.read_receipts else "delivered"


_ROWS: dict[str, Callable[[Capabilities], str]] = {
    "Writes first": _first,
    "Reply window": _window,
    "Text": lambda limits: f"{limits.text_max} {'UTF-16 units' if limits.text_unit == 'utf16' else 'characters'}",
    "Menu": _menu,
    "Link button": _yes("link_button"),
    "Picture": _media("image"),
    "Video": _media("video"),
    "Voice": _media("voice"),
    "Document": _media("document"),
    "Sticker": _media("sticker"),
    "Caption": lambda limits: f"{limits.caption_max} characters" if limits.caption_max else "as a message",
    "Customer's media": lambda limits: _bytes(limits.inbound_media_max) if limits.inbound_media_max else "–",
    "Asks for location": _yes("location_request"),
    "Asks for phone number": _yes("contact_request"),
    "Quotes": _yes("quoting"),
    "Read marks": _yes("read_marks"),
    "Typing": _yes("typing"),
    "Customer's edits": _yes("edits_in"),
    "Customer's deletions": _yes("deletes_in"),
    "Customer's reactions": _yes("reactions_in"),
    "Receipts": _receipts,
    "Pace of a sender": _rate,
}
