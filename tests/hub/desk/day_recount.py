"""Recounts a day at the desk from its script alone, with nothing of the product's: what everybody has to hear and see.

Times are minutes since the first midnight in New York. It knows the rules as the store's files and the desk's pages say
them, and is as plain as they are.
"""

from tests.hub.desk.day import AGENTS, DAY, LOOK, Line, Script, agents_words, in_order
from tests.hub.desk.day_counts import (
    JUST_NOW,
    LEADS,
    RATING,
    REASONS,
    STILL,
    Case,
    Count,
    after,
)
from tests.hub.desk.day_told import Told
from tests.hub.desk.day_words import WORDS


class Recount(Told):
    """Recounts a script."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.spoke = dict[int, int]()  # when an agent wrote last
        self.held = dict[int, tuple[str, str]]()
        deeds = {
            LOOK: self._look,
            "asks": self._asks,
            "says": self._says,
            "back": self._back,
            "thanks": self._thanks,
            "rates": self._rates,
            "notes": self._notes,
            "mutters": self._mutters,
            "keeps": self._keeps,
            "sends": self._sends,
            "claims": self._claims,
            "takes": self._takes,
            "gives": self._gives,
            "releases": self._releases,
            "waits": self._waits,
            "holds": self._holds,
            "snoozes": self._snoozes,
            "resolves": self._resolves,
            "merges": self._merges,
            "away": self._away,
            "report": self._report,
        }
        for line in in_order(script):
            deeds[line.deed](line, line.minute)

    # --- the customer

    def _asks(self, line: Line, now: int) -> None:
        who = self.script.customers[line.customer]
        team, sla = (
            ("chinese" if who.language == "zh" else "support"),
            ("fast" if line.rest == "angrily" else "standard"),
        )
        reason, priority = REASONS.get(line.rest, REASONS[""])
        case = Case(line.customer, now, team, sla, reason, priority)
        self.cases.append(case)
        closed = self._closed(case, now)
        words = WORDS[who.language]
        parts = (words.said("handed_over"), closed, words.by(now, line.told))
        self.heard[line.customer].append((now, words.joined(parts)))
        self._begin(case, "first", now)
        self._begin(case, "resolution", now)
        self._offered(case, now)
        case.counts.append(Count("expected", "always", after(team, line.told, STILL) - now, None, now, now))

    def _says(self, line: Line, now: int) -> None:
        if line.who:
            self._agent_says(line, now, agents_words(line, self.script.customers[line.customer].language))
            return
        case = self._case(line)
        case.heard += 1
        self._owed(case, now)
        there = bool(case.owner) and case.owner not in self.away
        if case.state in ("waiting", "snoozed") or (case.state == "on_hold" and not there):
            self._becomes(case, now, "claimed" if there else "open", case.owner if there else "")
            self._note(case, now, "heard" if there else "heard_alone", case.owner, all_=not there)
        spoke = self.spoke.get(line.customer)
        if (spoke is None or spoke < now - JUST_NOW) and (closed := self._closed(case, now, "closed_later")):
            self.heard[line.customer].append((now, closed))

    def _back(self, line: Line, now: int) -> None:
        if line.who:
            self._back_again(line)
            return
        case = self._case(line)
        there = bool(case.owner) and case.owner not in self.away
        self._becomes(case, now, "claimed" if there else "open", case.owner if there else "")
        self._owed(case, now)
        case.heard += 1
        self._note(case, now, "again", case.owner, all_=not there)

    def _thanks(self, line: Line, now: int) -> None:
        self._tell(line.customer, now, "welcome")

    def _rates(self, line: Line, now: int) -> None:
        if int(line.rest) > 2:
            self._tell(line.customer, now, "rated")
            return
        case = self._case(line)
        self._tell(line.customer, now, "rated_low")
        self._becomes(case, now, "open", "")
        self._note(case, now, "low", LEADS["support"], all_=True, score=line.rest)

    # --- agents

    def _agent_says(self, line: Line, now: int, text: str, *, sure: bool = False) -> None:
        case = self._case(line)
        if not sure and case.owner and case.owner != line.who:
            self.held[line.customer] = (line.who, text)
            self._whisper(line, "held", agent=case.owner.capitalize())
            return
        if not case.owner:
            self._claims(line, now)
        self.heard[line.customer].append((now, text))
        self.spoke[line.customer] = now
        case.answered = now if case.answered is None else case.answered
        for each in case.running("first", "next", "expected"):
            each.end(now)

    def _notes(self, line: Line, now: int) -> None:
        """Writes a note, of which nobody hears."""

    def _mutters(self, line: Line, now: int) -> None:
        self.held[line.customer] = (line.who, agents_words(line, self.script.customers[line.customer].language))
        self._whisper(line, "like_a_note")

    def _keeps(self, line: Line, now: int) -> None:
        self.held.pop(line.customer)
        self._whisper(line, "kept")

    def _sends(self, line: Line, now: int) -> None:
        _, text = self.held.pop(line.customer)
        self._agent_says(line, now, text, sure=True)

    def _claims(self, line: Line, now: int) -> None:
        case = self._case(line)
        if case.owner:
            self._whisper(line, "has", agent=case.owner.capitalize())
            return
        self._becomes(case, now, "claimed", line.who)
        self._tell(line.customer, now, "joined", agent=line.who.capitalize())

    def _takes(self, line: Line, now: int) -> None:
        case = self._case(line)
        had = case.owner
        self._becomes(case, now, "claimed" if case.state in ("open", "snoozed") else case.state, line.who)
        self._tell(line.customer, now, "joined", agent=line.who.capitalize())
        if had:
            self._note(case, now, "took", had, agent=line.who.capitalize(), other=had.capitalize())

    def _gives(self, line: Line, now: int) -> None:
        case = self._case(line)
        self._becomes(case, now, "claimed" if case.state in ("open", "snoozed") else case.state, line.rest)
        self._tell(line.customer, now, "assigned", agent=line.rest.capitalize())
        self._note(case, now, "gave", line.rest, agent=line.who.capitalize(), other=line.rest.capitalize())

    def _releases(self, line: Line, now: int) -> None:
        case = self._case(line)
        self._becomes(case, now, "open", "")
        self._note(case, now, "released", all_=True, agent=line.who.capitalize())

    def _waits_for(self, line: Line, state: str, wakes: int | None) -> None:
        case = self._case(line)
        self._becomes(case, line.minute, state, case.owner)
        case.wakes = wakes

    def _waits(self, line: Line, now: int) -> None:
        self._waits_for(line, "waiting", None)

    def _holds(self, line: Line, now: int) -> None:
        self._waits_for(line, "on_hold", self._morning(line.who))
        self._note(self._case(line), now, "on_hold", agent=line.who.capitalize())

    def _snoozes(self, line: Line, now: int) -> None:
        until = {"hour": now + 60, "tomorrow": self._morning(line.who), "reply": None}
        self._waits_for(line, "snoozed", until[line.rest])

    def _morning(self, agent: str) -> int:
        """Returns nine o'clock of the next day where the agent is: it is six hours earlier in Berlin."""
        return DAY + 9 * 60 - (6 * 60 if AGENTS[agent] == "Europe/Berlin" else 0)

    def _resolves(self, line: Line, now: int) -> None:
        case = self._case(line)
        case.topic = line.rest
        self._becomes(case, now, "resolved", case.owner)
        self._tell(line.customer, now, "left", "bot_back", agent=line.who.capitalize())
        case.asks_at = now + RATING

    def _merges(self, line: Line, now: int) -> None:
        kept, gone = [each for each in self.cases if each.customer == line.customer]
        owed = [each.started for each in gone.running("first", "next")]
        self._becomes(gone, now, "merged", gone.owner)
        if owed and not kept.running("first", "next"):
            self._begin(kept, "next", min(owed))
        agent, numbers = line.who.capitalize(), [str(self.cases.index(each) + 1) for each in (kept, gone)]
        gone_to, kept_by = (each.owner if each.owner != line.who else "" for each in (gone, kept))
        self._note(gone, now, "went", gone_to, agent=agent, number=numbers[0])
        self._note(kept, now, "came", kept_by, agent=agent, number=numbers[1])

    def _away(self, line: Line, now: int) -> None:
        theirs = [each for each in self.cases if each.owner == line.who and each.state == "claimed"]
        for case in theirs:
            self._becomes(case, now, "open", "")
            self._note(case, now, "away", all_=True, agent=line.who.capitalize())
        self.away.add(line.who)
        self._whisper(line, f"left_{min(len(theirs), 2)}", number=str(len(theirs)))

    def _back_again(self, line: Line) -> None:
        self.away.discard(line.who)
        self._whisper(line, "welcome_back")

    def _report(self, line: Line, now: int) -> None:
        since = 0 if AGENTS[line.who] == "America/New_York" else (now + 6 * 60) // DAY * DAY - 6 * 60
        opened = [each for each in self.cases if each.opened >= since]
        waits = [each.answered - each.opened for each in opened if each.answered is not None]
        self._whisper(
            line,
            "report",
            since=WORDS["desk"].utc(since),
            opened=str(len(opened)),
            resolved=str(sum(each.state == "resolved" and (each.ended or 0) >= since for each in self.cases)),
            waiting=str(sum(each.state == "open" for each in self.cases)),
            held=str(sum(not each.is_over and each.state != "open" for each in self.cases)),
            reply=WORDS["desk"].average(sum(waits) * 60 / len(waits)),
        )
