"""Asks the desk, for the diagnosis, who of those on its list is there, and whether anybody can approve anything."""

from collections.abc import Iterator

from bots.cli.checkups import sentence
from bots.cli.doctor.finding import OK, WARN, Finding
from core.desk.events import DeskUser
from core.desk.permissions import PERMISSIONS, Permission, Staff
from core.errors import Outcome, SendError
from hub.hub import Desk

SUBJECT = "desk members"
APPROVALS: tuple[Permission, ...] = ("refund:approve", "campaign:approve")
ENOUGH = 2  # one who asks, and another who approves
MOST = 50  # that are looked up where everybody in the channel is an agent
ALONE = "whoever asks for a refund or makes a campaign does not approve it, so nothing can be approved"


async def members(desk: Desk, staff: Staff | None) -> list[Finding]:
    """Looks up who may act: those on the list, else those in the desk's channel."""
    try:
        return await _listed(desk, staff) if staff else await _anybody(desk)
    except SendError as error:
        return [Finding(SUBJECT, WARN, f"cannot be looked up: {sentence(error)}")]


async def _anybody(desk: Desk) -> list[Finding]:
    there: list[DeskUser] = []
    for id_ in (await desk.members())[:MOST]:
        user = await desk.user(id_)
        there += [user] if user.member else []
        if len(there) == ENOUGH:
            return [Finding(SUBJECT, OK, "every full member in the channel may do everything; agents.yaml narrows it")]
    who = f"{there[0].name} is the only full member" if there else "no full member is"
    words = f"{who} in the desk's channel: {ALONE}; invite another"
    return [Finding(SUBJECT, WARN, words)]


async def _listed(desk: Desk, staff: Staff) -> list[Finding]:
    there: dict[str, DeskUser] = {}
    findings: list[Finding] = []
    for id_ in staff.agents:
        user = await _found(desk, id_)
        if user is None:
            findings.append(Finding(SUBJECT, WARN, f"agents.yaml: Slack knows no {id_}; remove it, or mend its id"))
        elif user.member:
            there[id_] = user
        else:
            words = f"agents.yaml: {user.name} ({id_}) is a guest, a bot or deactivated, and may do nothing"
            findings.append(Finding(SUBJECT, WARN, words))
    findings += [Finding(SUBJECT, WARN, words) for words in _approvals(staff, there)]
    return findings or [Finding(SUBJECT, OK, f"all {len(there)} of agents.yaml are full members")]


def _approvals(staff: Staff, there: dict[str, DeskUser]) -> Iterator[str]:
    """Says what nobody, or nobody for one of them, can approve."""
    if len(there) < ENOUGH:
        yield f"agents.yaml has {'one full member' if there else 'no full member'}: {ALONE}"
        return
    for permission in APPROVALS:
        able = [there[id_].name for id_ in staff.holders(permission) if id_ in there]
        if not able:
            roles = " or ".join(staff.roles_with(permission))
            yield f"nobody may {PERMISSIONS[permission]}: give somebody the role {roles}"
        elif len(able) == 1:
            yield f"{able[0]} alone may {PERMISSIONS[permission]}, and never their own: name another in agents.yaml"


async def _found(desk: Desk, id_: str) -> DeskUser | None:
    try:
        return await desk.user(id_)
    except SendError as error:
        if error.outcome is Outcome.ADDRESS_DEAD:
            return None
        raise
