"""Gives cases that nobody has taken to agents, one after the other (`sla.yaml: assign`)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from core.cases.assigning import Candidate, choose
from core.cases.clocks import Clock, end
from core.cases.steps import Step
from core.desk.events import DeskUser
from core.desk.permissions import Permission
from core.desk.posts import PostCard, PostNote
from core.messages.outbound import OutboundMessage, Speaker
from core.people.conversations import CaseState, Owner
from hub import reach
from hub.clocks.keeping import follow
from hub.clocks.plans import ROUND_ROBIN
from hub.delivery.postings import enqueue, post_to_desk, posting
from hub.hub import Hub
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.desk import agents, audit, cases, clocks
from storage.desk.agents import DeskAgent
from storage.desk.cases import Case, Holder
from storage.desk.locking import locked

AGAIN = timedelta(minutes=1)  # after which somebody may have room, or be back
GIVEN = "This case was given to you."
ROBIN = "round_robin"  # who did it, in the audit log
REPLY: Permission = "case:reply"


def assign(hub: Hub, clock: Clock, now: datetime) -> None:
    """Gives the case of a clock to an agent; where nobody fits it is tried again."""
    with hub.store.read() as conn:
        case = cases.by_id(conn, clock.case_id)
        who = conversations.by_id(conn, case.conversation_id) if case else None
        known = agents.all_of(conn)
        candidates = list(_candidates(hub, conn, known))
    chosen = _choose(hub, candidates, case, who) if case and who else None
    with hub.store.write() as conn:
        found = locked(conn, case)
        if found is None or found[0].state != CaseState.OPEN or hub.times.assign.mode != ROUND_ROBIN:
            clocks.take(conn, clock, end(clock, now))
        elif chosen is not None and _is_given(hub, conn, chosen, known, now):
            _give(hub, conn, *found, chosen, now)
        else:
            clocks.take(conn, clock, replace(clock, alert_at=now + AGAIN))


def _candidates(hub: Hub, conn: Connection, known: Mapping[str, DeskAgent]) -> Iterator[Candidate]:
    """Lists who may answer: who is on the list of agents, else whoever was seen at the desk."""
    users = hub.agents.holders(REPLY) if hub.agents else list(known)
    held = agents.held(conn, users)
    for user in users:
        listed, seen = hub.agents.agents[user] if hub.agents else None, known.get(user)
        yield Candidate(
            user,
            seen.name if seen else "",
            listed.teams if listed else (),
            listed.languages if listed else (),
            (listed.max_cases if listed else None) or hub.times.assign.max_cases,
            held.get(user, 0),
            seen.last_assigned_at if seen else None,
            is_away=seen is not None and seen.away_since is not None,
        )


def _choose(hub: Hub, found: list[Candidate], case: Case, who: Conversation) -> DeskUser | None:
    """Chooses an agent whom the desk still knows."""
    language = (who.locale or "en").partition("-")[0]
    while chosen := choose(found, case.team, language):
        user = hub.user(chosen.user)
        if user.member:
            return user
        found.remove(chosen)
    return None


def _is_given(hub: Hub, conn: Connection, user: DeskUser, known: Mapping[str, DeskAgent], now: datetime) -> bool:
    """Notes that they get a case now; false where they were given another one since we counted theirs."""
    if user.id not in known:
        agents.seen(conn, hub.store, user.id, user.name, now)
    seen = known.get(user.id) or DeskAgent(user.id, user.name, None, now, None)
    return agents.give(conn, seen, now)


def _give(hub: Hub, conn: Connection, case: Case, who: Conversation, user: DeskUser, now: datetime) -> None:
    if not cases.take_step(conn, case, Step.TAKE, now, Holder(user.id, user.name)):
        return
    conversations.hand_over(conn, who.id, Owner.AGENT.value, case.id)
    if reach.may_say(hub, conn, who, now):
        text = hub.say("agent_assigned", who.locale or "en", agent=user.name)
        enqueue(hub, conn, posting(who, OutboundMessage(text, speaker=Speaker.SYSTEM), timeline.BOT, now))
    audit.record(conn, hub.store, ROBIN, "assign", f"case:{case.id}", now)
    follow(hub, conn, case.id, now)
    for post in (PostNote(case.id, GIVEN, user=user.id), PostCard(case.id)):
        post_to_desk(hub, conn, post, case.id, now)
