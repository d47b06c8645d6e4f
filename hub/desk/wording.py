"""Words the desk's answers to agents. Why a case was opened is worded in `core.cases.case_reasons`."""

from collections.abc import Sequence

from core.desk.links import thread_link
from storage.desk.cases import Case

HELP = (
    "Reply in a case's thread to answer the customer; the first reply claims the case.\n"
    "Start a message with `//`, `note:` or `internal:` (or mention a colleague) to keep it inside.\n"
    "• `/desk queue` lists the open cases, `/desk mine` yours, `/desk case N` shows one in short\n"
    "• `/desk find TEXT` finds customers by order, case, phone, e-mail or name\n"
    "• `/desk new TEXT` begins a conversation with a customer; `/desk new sms TEXT` on that channel\n"
    "• `/desk take N` takes a case, `/desk assign N @colleague` gives it away\n"
    "• `/desk merge N M` makes one case of two, `/desk block N 1d` blocks a spammer, `/desk unblock N` ends that\n"
    "• `/desk away` and `/desk back` say whether you are given cases\n"
    "• `/desk report` counts what happened today, `/desk campaign ID` shows a campaign\n"
    "Your own page, with all of it at a glance, is the *Home* of this app."
)
FIND_WHAT = "Say what you have: `/desk find 1001`, or a phone, an e-mail, a name, a case's number."
FIND_MORE = "There may be more: say more of the name, or a number."
FOUND_NOBODY = "Nobody found. An order, a phone or an e-mail has to be whole; of a name a part is enough."
NONE_OF_YOURS = "You have no case. `/desk queue` lists those that wait."
NO_OPEN_CASES = "No open cases. :tada:"

NO_MEMBER = "Only full members of this workspace can use the desk; guests and people of other companies cannot."

ANOTHER_CASE = "This customer has another open case; go on there."
A_COLLEAGUE = "A colleague"

HELD_DONE = "That message was dealt with already."
KEPT = "Kept as a note; the customer did not get it."
STOPPED = "Stopped in time: the customer did not get it."
TOO_LATE = "The customer already has this message; deleting it here does not take it back."

NEW_THREAD = ":information_source: The earlier thread of this case is gone, so the case goes on here."

NO_CASE_HERE = "This message is in no case's thread, so there is nobody to whom it could go. Nothing was done."

START_WITH_WHOM = "Say to whom: `/desk new +1 202 555 0101`, or an order, an e-mail, a name."
START_WITH_WHICH = "Several customers fit. Say more, or a number of theirs:"
START_NOWHERE = (
    "There is no address at which this customer can be written to: they have not written there, and have not agreed to "
    "hear from the store there (an order's `notify`, or `doorstep consents grant`)."
)
START_STRANGER = (
    "Nobody found. A number that is not known here can be written to once its owner has agreed to hear from the store "
    "there: with an order (`notify`), or as `doorstep consents grant` writes down."
)
START_FORBIDDEN = "This customer asked not to be written to, so nothing was opened."
START_AGAIN = "Somebody else is writing to this customer. `/desk find` shows the case."
NO_WORDS_HERE = "Only what somebody of the team wrote in the thread can be sent to the customer, and it needs words."
SENT_ALREADY = "This went to the customer already."
A_NOTE_ALREADY = "This is a note already; the customer does not see it."
NOT_YOURS = "Only messages of your own can be made notes."
TOO_LATE_FOR_A_NOTE = "The customer already has this message, so it cannot become a note."

NO_BUTTON = "This button is no longer in use."


def no_case(number: str) -> str:
    """Says that there is no such case."""
    return f"There is no case {number or 'without a number'}. `/desk queue` lists the open ones."


def started_before(case: Case) -> str:
    """Says which case of that customer is open already."""
    holder = f"{case.agent_name or A_COLLEAGUE} has it" if case.claimed_by else "nobody has it"
    return f"There is an open case already, {thread_link(case.number, case.place, case.thread or '')}: {holder}."


def started(case: Case, can_write: bool) -> str:
    """Says that a case is open, and how to go on."""
    how = (
        "Write in its thread."
        if can_write
        else "Write in its thread: a template is offered, as they have not written lately."
    )
    return f"Case #{case.number} is yours. {how}"


def has_case(holder: str) -> str:
    """Says who has the case."""
    return f"{holder} has this case."


def send_or_keep(holder: str) -> str:
    """Asks what to do with a message in a colleague's case."""
    return f"{has_case(holder)} Send your message to the customer, or keep it as a note?"


def not_listed(givers: Sequence[str]) -> str:
    """Says that somebody is not on the desk's list, and who can add them."""
    return f"You are not on the desk's list, so nothing was done. {_giver(givers)} can add you (agents.yaml)."


def not_allowed(deed: str, roles: Sequence[str], givers: Sequence[str]) -> str:
    """Says what somebody may not do, by which roles it is allowed, and who can give one of them."""
    held = _either([role for role in roles if role != "admin"] or roles)
    return f"You may not {deed}: that takes the role {held}. {_giver(givers)} can give it to you (agents.yaml)."


def _giver(names: Sequence[str]) -> str:
    return _either(names) or "Whoever keeps the store's files"


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
