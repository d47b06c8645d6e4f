"""Keeps, for the recount of a day at the desk, what is told to whom, and how its cases and their clocks go on."""

from tests.hub.desk.day import Line, Script
from tests.hub.desk.day_counts import AIMS, LEADS, ONCE, OPEN, OVER, PAUSES, UNCLAIMED, Case, Count, is_open
from tests.hub.desk.day_words import WORDS


class Told:
    """Holds what everybody heard and saw so far, and the cases."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: dict[int, list[tuple[int, str]]] = {number: [] for number in script.customers}
        self.whispers: list[tuple[int, str, str]] = []
        self.cases: list[Case] = []
        self.closed_told = dict[int, int]()
        self.rated = dict[int, int]()
        self.away = set[str]()

    def _tell(self, customer: int, now: int, *keys: str, **named: str) -> None:
        words = WORDS[self.script.customers[customer].language]
        self.heard[customer].append((now, "\n".join(words.said(key, **named) for key in keys)))

    def _whisper(self, line: Line, key: str, **named: str) -> None:
        self.whispers.append((line.minute, line.who, WORDS["desk"].said(key, **named)))

    def _note(self, case: Case, now: int, key: str, user: str = "", *, all_: bool = False, **named: str) -> None:
        case.notes.append((now, WORDS["desk"].said(key, **named), user, all_))

    def _case(self, line: Line) -> Case:
        return [each for each in self.cases if each.customer == line.customer and each.state != "merged"][-1]

    def _closed(self, case: Case, now: int, key: str = "closed") -> str:
        told = self.closed_told.get(case.customer)
        if is_open(case.team, now) or (told is not None and now < told + ONCE):
            return ""
        self.closed_told[case.customer] = now
        back = next(begin for begin, _ in OPEN[case.team] if begin > now)
        return WORDS[self.script.customers[case.customer].language].back(now, back, key)

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
            case.wakes, case.ended = None, now if state in OVER else None
        case.state, case.owner = state, owner
        if case.is_over:
            for each in case.running():
                each.end(now, void=(state, each.metric) != ("resolved", "resolution"))
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
