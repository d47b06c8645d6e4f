"""Renders a case's card, the root message of its thread, as Block Kit.

Slack takes 50 blocks, and about 13,200 characters in all. A card that would be longer is drawn with less of each thing.
"""

import re
from collections.abc import Iterable

import msgspec

from adapters.desks.slack.blocks import returns
from adapters.desks.slack.blocks.elements import Block, Line, Rendering, button_rows, cut, literal, plain, rich, weight
from adapters.desks.slack.blocks.messages import file_line
from adapters.desks.slack.blocks.orders import order_lines
from adapters.desks.slack.blocks.times import local_time
from adapters.desks.slack.blocks.wording import (
    AUTHORS,
    DUE,
    PRIORITIES,
    PROOFS,
    STATES,
    channel_label,
    consent_text,
    day,
    quote_text,
)
from adapters.desks.slack.markup import to_slack
from core.cases.case_reasons import reason_text, spaced
from core.desk.card import CaseView
from core.desk.glances import DetailGlance, DueGlance, PastCase, TurnGlance
from core.locales import language_name
from core.people.conversations import IN_HAND, Priority

HEADER, FIELD, QUOTE = 150, 200, 120
FALLBACK = 600  # escaping may make five characters of one; chat.update takes about 4,000
LIMIT = 12_000


class Size(msgspec.Struct, frozen=True):
    """Says how much of each thing a card shows: characters of a summary, a turn, a line; numbers of the others."""

    summary: int
    turn: int
    line: int
    turns: int
    orders: int
    details: int
    files: int


SIZES = (
    Size(1500, 500, 300, 6, 3, 8, 5),
    Size(800, 300, 160, 6, 3, 6, 4),
    Size(400, 120, 80, 4, 2, 4, 2),
    Size(200, 80, 40, 3, 1, 2, 1),
)


def card(view: CaseView) -> Rendering:
    """Renders the whole card of `view`, as much of it as there is room for."""
    title = f"Case {view.number}: {view.customer.strip() or 'customer without a name'}"
    drawn = (_drawn(view, title, size) for size in SIZES)
    blocks = next((each for each in drawn if weight(each) <= LIMIT), None) or _drawn(view, title, SIZES[-1])
    urgent = "URGENT " if view.priority is Priority.URGENT else ""
    fallback = f"{urgent}{title} ({STATES[view.state].lower()}): {reason_text(view.reason)}"
    return Rendering(to_slack(cut(fallback, FALLBACK)), tuple(blocks))


def _drawn(view: CaseView, title: str, size: Size) -> list[Block]:
    return [
        {"type": "header", "text": plain(title, HEADER)},
        _status(view),
        *_clocks(view),
        *rich(_why_lines(view, size)),
        *rich(_facts(view, size)),
        *rich(order_lines(view, size.orders, size.line)),
        *returns.on_card(view.asked_returns[-size.orders :], size.line),
        *rich(_past_lines(view.past, size)),
        *_turns(view.turns[-size.turns :], size.turn),
        *rich([file_line(file, size.line) for file in view.files[-size.files :]]),
        *_window(view),
        *button_rows(view.buttons),
    ]


def _status(view: CaseView) -> Block:
    owner = f" · {_user(view.claimed_by)} has it" if view.claimed_by and view.state in IN_HAND else ""
    first = f" · *{PRIORITIES[view.priority]}*" if view.priority is not Priority.NORMAL else ""
    until = f" until {local_time(view.wakes_at)}" if view.wakes_at else ""
    why = f": {to_slack(cut(view.waits_for, FIELD))}" if view.waits_for else ""
    page = f" · <{to_slack(view.page)}|All of it in the browser>" if view.page else ""
    return _context(f"*{STATES[view.state]}{until}*{why}{first}{owner} · opened {local_time(view.opened_at)}{page}")


def _clocks(view: CaseView) -> list[Block]:
    """Tells until when the team aims to answer, and to be done; what is late stands out."""
    told = [_clock(each) for each in view.due if not view.state.is_over]
    return [_context(f"⏰ {' · '.join(told)}")] if told else []


def _clock(due: DueGlance) -> str:
    if due.is_late:
        return f"*❗ {DUE[due.metric]} was due {local_time(due.at)}*"
    return f"{DUE[due.metric]} by {local_time(due.at)}"


def _facts(view: CaseView, size: Size) -> list[Line]:
    """Tells who the customer is and whose case it is, a line each: "Customer: WhatsApp +1•••••0101 · English"."""
    channel = channel_label(view.channel, view.channel)
    tier = view.tier.upper() if view.tier.casefold() == "vip" else spaced(view.tier)
    tags = ", ".join(spaced(tag).lower() for tag in view.tags)
    facts = (
        ("Customer:", (f"{channel} {view.address}".strip(), language_name(view.locale), tier)),
        ("Proof:", (PROOFS[view.proof],)),
        ("Team:", (spaced(view.team), f"tags: {tags}" if tags else "")),
        ("May we write?", (consent_text(view.consents),)),
    )
    told = ((name, " · ".join(filter(str.strip, values))) for name, values in facts)
    return [[literal(f"{name} ", bold=True), literal(cut(value, size.line))] for name, value in told if value]


def _why_lines(view: CaseView, size: Size) -> list[Line]:
    why, short = reason_text(view.reason), view.summary.strip()
    lines = [[literal("Why a person: ", bold=True), literal(cut(why, size.line))]]
    if short and short.rstrip(".!?").casefold() != why.rstrip(".!?").casefold():
        lines.append([literal("In short: ", bold=True), literal(cut(short, size.summary))])
    return lines + [line for detail in view.details[: size.details] for line in _detail(detail, size)]


def _detail(detail: DetailGlance, size: Size) -> list[Line]:
    """Words what the bot took down; its files stand below their name."""
    label = literal(f"{cut(detail.label, 60)}: ", bold=True)
    first = [label, literal(cut(detail.text, size.line))] if detail.text or not detail.files else [label]
    return [first, *(file_line(file, size.line) for file in detail.files[: size.files])]


def _past_lines(past: Iterable[PastCase], size: Size) -> list[Line]:
    """Lists earlier cases, the newest first: "Case 3: The customer asked for a person, resolved, 8 Dec 2026"."""
    return [
        [
            literal(f"Case {each.number}: ", bold=True),
            literal(f"{cut(reason_text(each.reason), size.line)}, {STATES[each.state].lower()}, {day(each.opened_at)}"),
        ]
        for each in list(past)[: size.orders]
    ]


def _turns(turns: Iterable[TurnGlance], most: int) -> list[Block]:
    said = [turn for turn in turns if turn.text.strip()]
    lines = [_turn(turn, most) for turn in said]
    return [{"type": "divider"}, *rich(lines)] if lines else []


def _turn(turn: TurnGlance, most: int) -> Line:
    line = [literal(f"{_author(turn)}: ", bold=True), literal(cut(turn.text, most))]
    return [*line, literal(f" {cut(quote_text(turn.quoted), QUOTE)}", italic=True)] if turn.quoted else line


def _author(turn: TurnGlance) -> str:
    return AUTHORS.get(turn.author) or cut(spaced(turn.author), 40)


def _window(view: CaseView) -> list[Block]:
    if view.window_closes_at is None or view.state.is_over:
        return []
    channel = channel_label(view.channel, "channel")
    return [_context(f"⏳ Free replies on {channel} are possible until {local_time(view.window_closes_at)}")]


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _user(user: str) -> str:
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{1,20}", user) else to_slack(cut(user, 80))
