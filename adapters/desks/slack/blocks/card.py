"""Renders a case's card, the root message of its thread, as Block Kit.

Each text is cut to a size at which a whole card stays within 50 blocks and 12,000 characters.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from adapters.desks.slack.blocks import returns
from adapters.desks.slack.blocks.elements import Block, Line, Rendering, button_row, cut, literal, plain, rich
from adapters.desks.slack.blocks.messages import file_line
from adapters.desks.slack.blocks.wording import AUTHORS, PRIORITIES, PROOFS, STATES, channel_label, day, quote_text
from adapters.desks.slack.markup import to_slack
from core.cases.case_reasons import reason_text, spaced
from core.cases.desk import CaseView, DetailGlance, OrderGlance, TurnGlance
from core.people.conversations import IN_HAND, CaseState, Priority

HEADER, FIELD, SUMMARY, TURN, LINE = 150, 200, 1500, 500, 300
TURNS, RETURNS, FILES, QUOTE, DETAILS = 6, 5, 5, 120, 8
FALLBACK = 600  # escaping may make five characters of one; chat.update takes about 4,000


def card(view: CaseView) -> Rendering:
    """Renders the whole card of `view`."""
    title = f"Case {view.number}: {view.customer.strip() or 'customer without a name'}"
    blocks = [
        {"type": "header", "text": plain(title, HEADER)},
        _status(view),
        {
            "type": "section",
            "fields": [plain(f"{name}\n{cut(value, FIELD - 20)}", FIELD) for name, value in _facts(view)],
        },
        *rich(_order_lines(view.order) if view.order else []),
        *rich(_why_lines(view)),
        *returns.on_card(view.asked_returns),
        *_turns(view.turns[-TURNS:]),
        *rich([file_line(file) for file in view.files[-FILES:]]),
        *_window(view),
        *button_row(view.buttons),
    ]
    urgent = "URGENT " if view.priority is Priority.URGENT else ""
    fallback = f"{urgent}{title} ({STATES[view.state].lower()}): {reason_text(view.reason)}"
    return Rendering(to_slack(cut(fallback, FALLBACK)), tuple(blocks))


def _status(view: CaseView) -> Block:
    owner = f" · {_user(view.claimed_by)} has it" if view.claimed_by and view.state in IN_HAND else ""
    first = f" · *{PRIORITIES[view.priority]}*" if view.priority is not Priority.NORMAL else ""
    until = f" until {_local_time(view.wakes_at)}" if view.wakes_at and view.state is CaseState.SNOOZED else ""
    text = f"*{STATES[view.state]}{until}*{first}{owner} · opened {_local_time(view.opened_at)}"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _facts(view: CaseView) -> list[tuple[str, str]]:
    channel = channel_label(view.channel, view.channel)
    facts = [
        ("Customer", view.customer),
        ("Channel", f"{channel} {view.address}".strip()),
        ("Identity", PROOFS[view.proof]),
        ("Language", view.locale),
        ("Tier", view.tier.upper() if view.tier.casefold() == "vip" else spaced(view.tier)),
        ("Team", spaced(view.team)),
        ("Tags", ", ".join(spaced(tag).lower() for tag in view.tags)),
    ]
    return [(name, value) for name, value in facts if value.strip()]


def _order_lines(order: OrderGlance) -> list[Line]:
    placed = f"placed {day(order.placed_at)}"
    told = " · ".join(part for part in (spaced(order.status), order.total, placed) if part)
    lines = [[literal(f"Order {cut(order.number, 60)}", bold=True), literal(f" · {cut(told, LINE)}")]]
    if order.tracking_number or order.carrier or order.shipment_status:
        lines.append(_parcel(order))
    return lines


def _parcel(order: OrderGlance) -> Line:
    label = cut(" ".join(part for part in (order.carrier, order.tracking_number) if part) or "parcel", 100)
    linked = re.fullmatch(r"https?://[^\s<>|]{1,1000}", order.tracking_url)
    told = [
        spaced(order.shipment_status) if order.shipment_status else "",
        f"expected {day(order.eta)}" if order.eta else "",
    ]
    news = ", ".join(part for part in told if part)
    parcel = {"type": "link", "url": order.tracking_url, "text": label} if linked else literal(label)
    return [literal("📦 "), parcel, *([literal(f" · {news}")] if news else [])]


def _why_lines(view: CaseView) -> list[Line]:
    lines = [[literal("Why a person: ", bold=True), literal(cut(reason_text(view.reason), LINE))]]
    if view.summary.strip():
        lines.append([literal("In short: ", bold=True), literal(cut(view.summary, SUMMARY))])
    lines += [line for detail in view.details[:DETAILS] for line in _detail(detail)]
    known = [each for each in view.returns[:RETURNS] if each.strip()]
    return lines + [[literal("Return: ", bold=True), literal(cut(each, LINE))] for each in known]


def _detail(detail: DetailGlance) -> list[Line]:
    """Words what the bot took down; its files stand below their name."""
    label = literal(f"{cut(detail.label, 60)}: ", bold=True)
    first = [label, literal(cut(detail.text, LINE))] if detail.text or not detail.files else [label]
    return [first, *(file_line(file) for file in detail.files[:FILES])]


def _turns(turns: Iterable[TurnGlance]) -> list[Block]:
    said = [turn for turn in turns if turn.text.strip()]
    lines = [_turn(turn) for turn in said]
    return [{"type": "divider"}, *rich(lines)] if lines else []


def _turn(turn: TurnGlance) -> Line:
    line = [literal(f"{_author(turn)}: ", bold=True), literal(cut(turn.text, TURN))]
    return [*line, literal(f" {cut(quote_text(turn.quoted), QUOTE)}", italic=True)] if turn.quoted else line


def _author(turn: TurnGlance) -> str:
    return AUTHORS.get(turn.author) or cut(spaced(turn.author), 40)


def _window(view: CaseView) -> list[Block]:
    if view.window_closes_at is None or view.state.is_over:
        return []
    channel = channel_label(view.channel, "channel")
    text = f"⏳ Free replies on {channel} are possible until {_local_time(view.window_closes_at)}"
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}]


def _local_time(at: datetime) -> str:
    """Writes a time as Slack's `<!date^…>`, which each reader sees in their own time zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _user(user: str) -> str:
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{1,20}", user) else to_slack(cut(user, 80))
