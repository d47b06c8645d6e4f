"""Changes a case from the command line, for operators, where the desk cannot: its thread is gone, nobody is there."""

from collections.abc import Callable

from core.desk.events import DeskUser
from core.files.near import one_of
from core.people.conversations import CaseState
from hub.desk import wording
from hub.desk.act import Deed
from hub.desk.casework import handover, ranking, standing
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.locking import locked

OPERATOR = DeskUser("cli", "", False)


class RefusedError(RuntimeError):
    """Raised when a case cannot be changed so, in words for the operator; nothing is changed."""


class _Deed(Deed):
    def answer(self, text: str) -> None:
        raise RefusedError(text)

    def holder(self, case: Case) -> str:
        return case.agent_name or wording.A_COLLEAGUE


def release(hub: Hub, case_id: str) -> None:
    """Takes a case from its agent, for any other to take, and draws its card: anew where its thread is gone.

    Raises RefusedError.
    """
    _change(hub, case_id, _release)


def resolve(hub: Hub, case_id: str) -> None:
    """Ends a case; the bot answers the customer again, who is told so. Raises RefusedError."""
    _change(hub, case_id, _resolve)


def rank(hub: Hub, case_id: str, *, priority: str = "", team: str = "", sla: str = "") -> None:
    """Sets how urgent a case is, whose and by which times. Raises RefusedError."""
    if team and team not in hub.routing.teams:
        raise RefusedError(f"there is no team {team!r}; {one_of(team, hub.routing.teams)}")
    if sla and sla not in hub.times.policies:
        raise RefusedError(f"there is no policy {sla!r}; {one_of(sla, hub.times.policies)}")
    _change(hub, case_id, lambda act, case, _who: ranking.rank(act, case, priority=priority, team=team, sla=sla))


def _release(act: Deed, case: Case, _who: Conversation) -> None:
    if case.state == CaseState.OPEN:  # its card may be gone
        act.draw_card(case)
    elif not handover.release(act, case):
        act.answer(standing.over(act, case))


def _resolve(act: Deed, case: Case, who: Conversation) -> None:
    handover.end(act, case, who, "resolve", "bot_back")


def _change(hub: Hub, case_id: str, change: Callable[[Deed, Case, Conversation], None]) -> None:
    with hub.store.write() as conn:
        found = locked(conn, cases.by_id(conn, case_id))
        if found is None:
            raise RefusedError("This case is gone.")
        change(_Deed(hub, conn, OPERATOR, hub.now()), *found)
    hub.waker.outbox()
