"""Chooses who gets a case that nobody has taken."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from core.ids import EPOCH


class Candidate(msgspec.Struct, frozen=True):
    """Describes an agent who may get a case. No `teams` or `languages`: every one.

    `holds` is how many cases they have, `most` how many they may have.
    """

    user: str
    name: str = ""
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    most: int = 8
    holds: int = 0
    last_assigned_at: datetime | None = None
    is_away: bool = False

    def fits(self, team: str, language: str) -> bool:
        """Tells whether they are there, have room, and can answer such a case."""
        has_room = not self.is_away and self.holds < self.most
        in_team = not (team and self.teams) or team in self.teams
        return has_room and in_team and (not self.languages or language in self.languages)


def choose(candidates: Iterable[Candidate], team: str, language: str) -> Candidate | None:
    """Chooses of those who fit the one with the fewest cases, and of these who went longest without one; None where
    nobody fits."""
    fitting = [each for each in candidates if each.fits(team, language)]
    return min(fitting, key=lambda each: (each.holds, each.last_assigned_at or EPOCH, each.user), default=None)
