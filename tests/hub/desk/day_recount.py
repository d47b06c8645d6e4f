"""Recounts a day at the desk from its script alone, with nothing of the product's: what everybody has to hear and see.

Times are minutes since the first midnight in New York. It knows the rules as the store's files and the desk's pages say
them, and is as plain as they are.
"""

from tests.hub.desk.day import AGENTS, DAY, LOOK, Line, Script, agents_words, in_order
from tests.hub.desk.day_counts import (
    AIMS,
    JUST_NOW,
    LEADS,
    LOOKED_BACK,
    ONCE,
    OPEN,
    PAUSES,
    RATING,
    STILL,
    UNCLAIMED,
    Case,
    Count,
    after,
    is_open,
)
from tests.hub.desk.day_words import WORDS


class Recount:
    """Recounts a script."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: dict[int, list[tuple[int, str]]] = {number: [] for number in script.customers}
        self.whispers: list[tuple[int, str, str]] = []
        self.cases: list[Case] = []
        self.closed_told = dict[int, int]()
        self.spoke = dict[int, int]()  # when an agent wrote last
        self.rated = dict[int, int]()
        self.away = set[str]()
        self.held = dict[int, tuple[str, str]]()
        self.reports: list[tuple[str, int]] = []
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
            "away": self._away,
            "report": self._report,
        }
        for line in in_order(script):
            deeds[line.deed](line, line.minute)

    # --- what everybody hears

    def _tell(self, customer: int, now: int, *keys: str, **named: str) -> None:
        words = WORDS[self.script.customers[customer].language]
        self.heard[customer].append((now, "\n".join(words.said(key, **named) for key in keys)))

    def _whisper(self, line: Line, key: str, **named: str) -> None:
        self.whispers.append((line.minute, line.who, WORDS["desk"].said(key, **named)))

    def _note(self, case: Case, now: int, key: str, user: str = "", *, all_: bool = False, **named: str) -> None:
        case.notes.append((now, WORDS["desk"].said(key, **named), user, all_))

    # --- the customer

    def _case(self, line: Line) -> Case:
        return [each for each in self.cases if each.customer == line.customer][-1]

    def _asks(self, line: Line, now: int) -> None:
        who = self.script.customers[line.customer]
        team, sla = ("chinese" if who.language == "zh" else "support"), ("fast" if line.rest else "standard")
        waiting = sum(each.state == "open" for each in self.cases)
        taken = sum(each.claimed is not None and each.claimed >= now - LOOKED_BACK for each in self.cases)
        wait = max(AIMS[sla]["first"], LOOKED_BACK * (waiting + 1) / taken if taken else 0)
        due = after(team, now, -(-wait // 15) * 15)
        due = int(-(-due // 5) * 5)
        case = Case(line.customer, now, team, sla)
        self.cases.append(case)
        closed = self._closed(case, now)
        words = WORDS[who.language]
        parts = (words.said("handed_over"), closed, words.by(now, due))
        self.heard[line.customer].append((now, words.joined(parts)))
        self._begin(case, "first", now)
        self._begin(case, "resolution", now)
        self._offered(case, now)
        case.counts.append(Count("expected", "always", after(team, due, STILL) - now, None, now, now))

    def _closed(self, case: Case, now: int, key: str = "closed") -> str:
        told = self.closed_told.get(case.customer)
        if is_open(case.team, now) or (told is not None and now < told + ONCE):
            return ""
        self.closed_told[case.customer] = now
        back = next(begin for begin, _ in OPEN[case.team] if begin > now)
        return WORDS[self.script.customers[case.customer].language].back(now, back, key)

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
        self.reports.append((line.who, now))
        opened = [each for each in self.cases if each.opened >= since]
        waits = [each.answered - each.opened for each in opened if each.answered is not None]
        self._whisper(
            line,
            "report",
            since=WORDS["desk"].utc(since),
            opened=str(len(opened)),
            resolved=str(sum(each.is_over and (each.resolved or 0) >= since for each in self.cases)),
            waiting=str(sum(each.state == "open" for each in self.cases)),
            held=str(sum(not each.is_over and each.state != "open" for each in self.cases)),
            reply=WORDS["desk"].average(sum(waits) * 60 / len(waits)),
        )

    # --- the clocks

    def _look(self, _line: Line, now: int) -> None:
        for case in self.cases:
            for each in case.running():
                self._alert(case, each, now)
            if case.wakes is not None and case.wakes <= now:
                there = case.owner not in self.away
                key = "due_on_hold" if case.state == "on_hold" else "due"
                self._becomes(case, now, "claimed" if there else "open", case.owner if there else "")
                self._note(case, now, key, case.owner, all_=not there)
            if case.asks_at is not None and case.asks_at <= now:
                self._ask_rating(case, now)

    def _alert(self, case: Case, each: Count, now: int) -> None:
        due, alert = each.due, each.told(now)
        if not alert or due is None:
            return
        if each.metric == "expected":
            self._tell(case.customer, now, "still_waiting")
            return
        lead = LEADS[case.team]
        user = lead if each.metric == "unclaimed" else case.owner or lead
        length = now - each.started if each.metric == "unclaimed" else abs(now - due)
        key = f"{each.metric}_{alert}"
        self._note(case, now, key, user, all_=alert == "breach" or not user, length=WORDS["desk"].length(length))

    def _ask_rating(self, case: Case, now: int) -> None:
        newest = next(each for each in reversed(self.cases) if each.customer == case.customer)
        case.asks_at = None
        if case.is_over and newest.is_over and case.customer not in self.rated:
            self.rated[case.customer] = now
            self._tell(case.customer, now, "how_was_it", agent=case.owner.capitalize())

    def _begin(self, case: Case, metric: str, now: int) -> None:
        aim = AIMS[case.sla][metric]
        hours, warn = ("always", aim - 5) if case.sla == "fast" else (case.team, aim * 0.75)
        rests = metric != "first" and case.state in PAUSES
        case.counts.append(Count(metric, hours, aim, warn, now, None if rests else now))

    def _owed(self, case: Case, now: int) -> None:
        if not case.running("first", "next"):
            self._begin(case, "next", now)

    def _offered(self, case: Case, now: int) -> None:
        if not case.running("unclaimed"):
            case.counts.append(Count("unclaimed", case.team, UNCLAIMED, None, now, now))

    def _becomes(self, case: Case, now: int, state: str, owner: str) -> None:
        """Changes a case's state and owner, and has its clocks follow."""
        if owner != case.owner:
            case.claimed = now if owner else None
        if state != case.state:
            case.wakes, case.resolved = None, now if state == "resolved" else None
        case.state, case.owner = state, owner
        if state == "resolved":
            for each in case.running():
                each.end(now, void=each.metric != "resolution")
            return
        self._follow(case, now, state)

    def _follow(self, case: Case, now: int, state: str) -> None:
        for each in case.running("next", "resolution"):
            each.rest(now, rests=state in PAUSES)
        if not case.running("resolution"):
            self._begin(case, "resolution", now)
        if state == "open":
            self._offered(case, now)
        else:
            for each in case.running("unclaimed"):
                each.end(now)
