"""Carries out what time brings to a case: nobody is there who could be answered."""

from core.desk.events import DeskUser
from hub.desk.act import Deed
from storage.desk.cases import Case

CLOCK = DeskUser("clock", "", False)


class ByClock(Deed):
    """Does what is due, in nobody's name (`CLOCK`) or in that of the agent who wanted it then."""

    def answer(self, text: str) -> None:
        """Tells nobody: what somebody has to know is a note in the thread."""

    def holder(self, case: Case) -> str:
        """Returns the name of the agent who has the case."""
        return case.agent_name
