"""What the desk shows, as Block Kit: the case's card, a customer's words, a word with buttons.

What a customer or a store wrote stands in `plain_text` or `rich_text`, where Slack reads no markup. Each text is cut
to a size at which a whole card stays within 50 blocks and 12,000 characters.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from adapters.desks.slack.blocks.wording import (
    AUTHORS,
    PROOFS,
    STATES,
    change_text,
    channel_label,
    day,
    file_size,
)
from adapters.desks.slack.markup import to_slack
from core.case_reasons import reason_text, spaced
from core.content.text import shorten, split
from core.conversations import CaseState
from core.desk import ButtonGlance, CaseView, FileGlance, OrderGlance, TurnGlance
from core.messages import MEDIA_KINDS

Block = dict[str, Any]
Line = list[Block]  # the elements of one line of rich text

HEADER, FIELD, SUMMARY, TURN, LINE, LABEL, VALUE = 150, 200, 1500, 500, 300, 75, 2000
TURNS, RETURNS, FILES, CARD_FILES, NAME = 6, 5, 20, 5, 80
FALLBACK, SHORT_FALLBACK = 3000, 600  # escaping may make five characters of one; chat.update takes about 4,000
WORDS, ELEMENT = 11_000, 2900  # of a customer's message, in all and in one element


class Rendering(msgspec.Struct, frozen=True):
    """A message for Slack: `text` for notifications and screen readers (escaped), `blocks` for the eye."""

    text: str
    blocks: tuple[Block, ...]


def card(view: CaseView) -> Rendering:
    """The root of a case's thread, drawn whole from `view`."""
    title = f"Case {view.number}: {view.customer.strip() or 'customer without a name'}"
    blocks = [
        {"type": "header", "text": _plain(title, HEADER)},
        _status(view),
        {
            "type": "section",
            "fields": [_plain(f"{name}\n{_cut(value, FIELD - 20)}", FIELD) for name, value in _facts(view)],
        },
        *_rich(_order_lines(view.order) if view.order else []),
        *_rich(_why_lines(view)),
        *_turns(view.turns[-TURNS:]),
        *_rich([file_line(file) for file in view.files[-CARD_FILES:]]),
        *_window(view),
        *_buttons(view.buttons),
    ]
    fallback = f"{title} ({STATES[view.state].lower()}): {reason_text(view.reason)}"
    return Rendering(to_slack(_cut(fallback, SHORT_FALLBACK)), tuple(blocks))


def customer_words(
    text: str, attachments: Iterable[str], files: Sequence[FileGlance] = (), change: str = ""
) -> Rendering:
    """A customer's message, literally; then the kinds of what they attached, and a line for each of their files.

    `change` is what they did without saying anything new: a line before the words it is about.
    """
    kinds = ", ".join(kind for kind in attachments if not (files and kind in MEDIA_KINDS))
    parts = split(shorten(text, WORDS, "utf16"), ELEMENT, "utf16")
    done = change_text(change)
    lines = [[_text(done, italic=True)]] if done else []
    lines += [[_text(part)] for part in parts]
    if kinds:
        lines.append([_text(f"📎 {_cut(kinds, LINE)}", italic=True)])
    lines += [file_line(file) for file in files[:FILES]]
    said = text.strip() or kinds or ", ".join(file.kind for file in files)
    shown = ": ".join(filter(None, (done, said)))
    return Rendering(to_slack(_cut(shown, FALLBACK)), tuple(_rich(lines)))


def file_line(file: FileGlance) -> Line:
    """Like "📎 image, 231 kB: photo.jpg", the name being the link."""
    kind = f"{file.kind}, {file_size(file.size)}" if file.size and not file.coming else file.kind
    name = _cut(" ".join(file.filename.split()), NAME) if file.filename.strip() else "open"
    if not file.link:
        named = f" ({name})" if file.filename.strip() else ""
        return [_text(f"📎 {kind}{named}: could not be fetched, because {_cut(file.trouble, LINE)}", italic=True)]
    words = f"📎 {kind}, is being fetched: " if file.coming else f"📎 {kind}: "
    return [_text(words), {"type": "link", "url": file.link, "text": name}]


def ephemeral(text: str, buttons: Iterable[ButtonGlance]) -> Rendering:
    """A word for one user's eyes, with buttons under it."""
    words = {"type": "section", "text": _plain(text, FALLBACK)}
    return Rendering(to_slack(_cut(text, FALLBACK)), (words, *_buttons(buttons)))


def _status(view: CaseView) -> Block:
    owner = f" · {_user(view.claimed_by)} has it" if view.claimed_by and view.state == CaseState.CLAIMED else ""
    text = f"*{STATES[view.state]}*{owner} · opened {_local_time(view.opened_at)}"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _facts(view: CaseView) -> list[tuple[str, str]]:
    channel = channel_label(view.channel, view.channel)
    facts = [
        ("Customer", view.customer),
        ("Channel", f"{channel} {view.address}".strip()),
        ("Identity", PROOFS[view.proof]),
        ("Language", view.locale),
        ("Tier", view.tier.upper() if view.tier.casefold() == "vip" else spaced(view.tier)),
    ]
    return [(name, value) for name, value in facts if value.strip()]


def _order_lines(order: OrderGlance) -> list[Line]:
    placed = f"placed {day(order.placed_at)}"
    told = " · ".join(part for part in (spaced(order.status), order.total, placed) if part)
    lines = [[_text(f"Order {_cut(order.number, 60)}", bold=True), _text(f" · {_cut(told, LINE)}")]]
    if order.tracking_number or order.carrier or order.shipment_status:
        lines.append(_parcel(order))
    return lines


def _parcel(order: OrderGlance) -> Line:
    label = _cut(" ".join(part for part in (order.carrier, order.tracking_number) if part) or "parcel", 100)
    linked = re.fullmatch(r"https?://[^\s<>|]{1,1000}", order.tracking_url)
    told = [
        spaced(order.shipment_status) if order.shipment_status else "",
        f"expected {day(order.eta)}" if order.eta else "",
    ]
    news = ", ".join(part for part in told if part)
    parcel = {"type": "link", "url": order.tracking_url, "text": label} if linked else _text(label)
    return [_text("📦 "), parcel, *([_text(f" · {news}")] if news else [])]


def _why_lines(view: CaseView) -> list[Line]:
    lines = [[_text("Why a person: ", bold=True), _text(_cut(reason_text(view.reason), LINE))]]
    if view.summary.strip():
        lines.append([_text("In short: ", bold=True), _text(_cut(view.summary, SUMMARY))])
    returns = [each for each in view.returns[:RETURNS] if each.strip()]
    return lines + [[_text("Return: ", bold=True), _text(_cut(each, LINE))] for each in returns]


def _turns(turns: Iterable[TurnGlance]) -> list[Block]:
    said = [turn for turn in turns if turn.text.strip()]
    lines = [[_text(f"{_author(turn)}: ", bold=True), _text(_cut(turn.text, TURN))] for turn in said]
    return [{"type": "divider"}, *_rich(lines)] if lines else []


def _author(turn: TurnGlance) -> str:
    return AUTHORS.get(turn.author) or _cut(spaced(turn.author), 40)


def _window(view: CaseView) -> list[Block]:
    if view.window_closes_at is None or view.state == CaseState.RESOLVED:
        return []
    channel = channel_label(view.channel, "channel")
    text = f"⏳ Free replies on {channel} are possible until {_local_time(view.window_closes_at)}"
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}]


def _buttons(shown: Iterable[ButtonGlance]) -> list[Block]:
    row = [_button(each) for each in shown]
    return [{"type": "actions", "elements": row}] if row else []


def _button(shown: ButtonGlance) -> Block:
    label = _plain(shown.label, LABEL)
    button = {"type": "button", "action_id": shown.id, "text": label, "value": shown.value[:VALUE]}
    return {**button, "style": shown.style} if shown.style else button


def _local_time(at: datetime) -> str:
    """Slack shows it in each reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _user(user: str) -> str:
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{1,20}", user) else to_slack(_cut(user, 80))


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": _cut(text, limit), "emoji": False}


def _rich(lines: list[Line]) -> list[Block]:
    """One block with one section; a section knows no lines, so the breaks are text."""
    elements = [element for line in lines for element in (_text("\n"), *line)][1:]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}] if lines else []


def _text(text: str, **style: bool) -> Block:
    element: Block = {"type": "text", "text": text}
    return {**element, "style": style} if style else element


def _cut(text: str, limit: int) -> str:
    """Slack counts UTF-16 units and refuses empty texts."""
    return shorten(text.strip(), limit, "utf16") or "–"
