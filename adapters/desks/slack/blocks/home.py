"""Renders an agent's own page as Slack's App Home: at most 100 blocks (docs: Views)."""

from adapters.desks.slack.blocks.elements import Block, Line, button_rows, cut, literal, plain, rich
from adapters.desks.slack.blocks.links import Addresses, permalink
from adapters.desks.slack.blocks.times import local_time
from adapters.desks.slack.blocks.wording import PRIORITIES, channel_label
from core.cases.case_reasons import reason_text
from core.desk.glances import ButtonGlance
from core.desk.home import CaseLine, CaseList, Home, numbers_text
from core.people.conversations import Priority

PASSAGE, NAME = 3000, 80
CLAIM = "case_claim"
FIND = ButtonGlance("desk_find", "Find a customer", "")
NEW = ButtonGlance("desk_new", "New conversation", "")
AWAY, BACK = ButtonGlance("desk_away", "I am away", ""), ButtonGlance("desk_back", "I am back", "", "primary")
NOTHING_DUE = "Nothing is due soon."
NOTHING_WAITS = "Nobody waits. 🎉"
NOTHING_MINE = "You have no case. Take one below, or reply in a case's thread: that takes it."


def home_view(home: Home, addresses: Addresses) -> Block:
    """Renders the page as a view; `addresses` are those of the workspaces in which its cases are."""
    return {"type": "home", "blocks": [_said(home.refusal)] if home.refusal else _blocks(home, addresses)}


def _blocks(home: Home, addresses: Addresses) -> list[Block]:
    due = [] if not home.due.cases else [*_part("⏰ Due", home.due, addresses, NOTHING_DUE)]
    claims = home.may_claim
    return [
        *_today(home),
        *button_rows([*_presence(home), NEW, FIND]),
        *due,
        *_part("Your cases", home.mine, addresses, NOTHING_MINE),
        *_part("Waiting for somebody", home.unassigned, addresses, NOTHING_WAITS, claims=claims),
    ]


def _today(home: Home) -> list[Block]:
    heading: Block = {"type": "header", "text": plain("Today", NAME)}
    return [heading, _said(numbers_text(home.numbers))] if home.numbers else [heading]


def _presence(home: Home) -> list[ButtonGlance]:
    return [] if home.is_away is None else [BACK if home.is_away else AWAY]


def _part(title: str, listed: CaseList, addresses: Addresses, nothing: str, *, claims: bool = False) -> list[Block]:
    counted = f"{title} ({listed.count})" if listed.count else title
    blocks: list[Block] = [{"type": "divider"}, {"type": "header", "text": plain(counted, NAME)}]
    for case in listed.cases:
        blocks += rich([_line(case, addresses)])
        blocks += _times(case)
        blocks += button_rows([ButtonGlance(CLAIM, "Take it", case.id)]) if claims else []
    if not listed.cases:
        blocks.append(_said(nothing))
    more = listed.count - len(listed.cases)
    return [*blocks, _said(f"… and {more} more: /desk queue lists them.")] if more > 0 else blocks


def _line(case: CaseLine, addresses: Addresses) -> Line:
    url = permalink(addresses, case.place, case.thread)
    number = f"#{case.number}"
    link = {"type": "link", "url": url, "text": number, "style": {"bold": True}} if url else literal(number, bold=True)
    first = f"{PRIORITIES[case.priority]} · " if case.priority is not Priority.NORMAL else ""
    who = f" {first}{cut(case.customer, NAME)} · {channel_label(case.channel, case.channel)}"
    return [link, literal(f"{who} · {reason_text(case.reason)}")]


def _times(case: CaseLine) -> list[Block]:
    due = f" · due {local_time(case.due_at)}" if case.due_at else ""
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"since {local_time(case.opened_at)}{due}"}]}]


def _said(text: str) -> Block:
    return {"type": "section", "text": plain(text, PASSAGE)}
