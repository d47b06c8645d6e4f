"""Answers `/desk …` from rows, and changes nothing.

A worker does so, and so does the web or socket process, at once, where it knows the users.
"""

from core.cases.case_reasons import reason_text, spaced
from core.cases.desk import Command
from core.cases.permissions import Agents
from core.people.conversations import Priority
from hub.desk import wording
from hub.desk.agents import Users, refusal
from storage.desk import cases
from storage.desk.cases import Case
from storage.engine.store import Store

OTHERS = frozenset(("campaign",))  # which a worker answers with what it knows beside the rows


def is_others(command: Command) -> bool:
    """Tells whether the answer is another room's (`hub.desk.extras`)."""
    return next(iter(command.text.lower().split()), "") in OTHERS


def answer(store: Store, command: Command, users: Users, agents: Agents) -> str:
    """Returns the answer to a command. Raises what `users` raises."""
    if refused := refusal(users(command.user), agents, "case:read", users):
        return refused
    word = next(iter(command.text.lower().split()), "")
    return _queue(store, users) if word == "queue" else wording.HELP


def _queue(store: Store, users: Users) -> str:
    with store.read() as conn:
        listed = cases.open_cases(conn)
    names = {case.claimed_by: case.agent_name or users(case.claimed_by).name for case in listed if case.claimed_by}
    return "\n".join(_line(case, names.get(case.claimed_by or "", "")) for case in listed) or wording.NO_OPEN_CASES


def _line(case: Case, holder: str) -> str:
    """Words one case: "• #7 The customer asked for a person, with Anna, since 02 Dec 15:00 UTC"."""
    held = f"with {holder}" if holder else "waiting"
    first = f"{spaced(case.priority)}: " if case.priority != Priority.NORMAL else ""
    return f"• #{case.number} {first}{reason_text(case.reason)}, {held}, since {case.opened_at:%d %b %H:%M} UTC"
