"""Lets people work on a case: who takes it, when they answer, how it ends, and how the customer rates it."""

from datetime import datetime, timedelta
from typing import Any

from benchmarks.insight import causes
from benchmarks.insight.causes import ZONE
from benchmarks.insight.rows import Rows
from benchmarks.insight.talk import About, Over, Sent, Talk
from benchmarks.insight.words import words
from benchmarks.insight.world import DAY, HOUR, MINUTE
from core.cases.clocks import Clock, ClockState
from core.cases.sla import USUAL, Metric
from core.cases.topics import topic_of
from core.messages.outbound import Speaker
from core.people.conversations import CaseState
from core.shop.promises import Matter, Promised, PromiseState, Purpose
from storage.desk import audit, cases, clocks, ends, messages, ratings
from storage.desk.tables import audit as audit_table
from storage.desk.tables import case_clocks, case_ends, desk_agents, desk_messages
from storage.desk.tables import cases as cases_table
from storage.desk.tables import ratings as ratings_table
from storage.promises import ledger
from storage.promises.tables import promises

AGENTS = (("U0ANN00001", "Ann"), ("U0BEA00001", "Bea"), ("U0SAM00001", "Sam"), ("U0LIN00001", "Lin"))
PLACE = "C0DESK0001"
OPENS, CLOSES = 8, 20  # hours of the shop, every day
MOST_TURNS = 2
WAITS = 0.12  # of the cases of these days: who waits for the customer
RATES = {ratings.CSAT: (0.75, 0.42), ratings.EFFORT: (0.3, 0.5), ratings.NPS: (0.12, 0.5)}  # asked, and given
HAPPY = {ratings.CSAT: ((3, 7, 15, 50, 100), 1), ratings.EFFORT: ((4, 9, 20, 55, 100), 1)}
HAPPY[ratings.NPS] = ((1, 2, 3, 4, 6, 9, 13, 22, 42, 65, 100), 0)
UNHAPPY = {ratings.CSAT: ((60, 85, 95, 98, 100), 1), ratings.EFFORT: ((40, 70, 90, 97, 100), 1)}
UNHAPPY[ratings.NPS] = ((30, 45, 60, 70, 78, 85, 90, 94, 97, 99, 100), 0)


class Work:
    """One case, as it goes on."""

    def __init__(self, talk: Talk, reason: str, promise: str) -> None:
        self.talk, self.chance, self.rows = talk, talk.chance, talk.rows
        self.opened, self.reason = talk.at, reason
        self.id = talk.rows.id_at(talk.at)
        self.agent, self.name = self.chance.choice(AGENTS)
        self.is_bad = self.reason == "order_late" and talk.at.astimezone(ZONE).date() == causes.late_day(talk.now)
        self.claimed: datetime | None = None
        self.resolved: datetime | None = None
        self.waits = False  # for the customer
        self._end: dict[str, Any] = {}  # how it was over last, while it is
        self._promise(promise)

    def goes_on(self) -> None:
        """Lets agents work on it until it is resolved, or until now."""
        try:
            self._answers()
            self._ends()
            if self.chance.random() < 0.06:
                self._comes_back()
            self._rates()
        except Over:
            pass
        self._write()

    def _answers(self) -> None:
        talk = self.talk
        self._until_answer()
        self.claimed = talk.at
        self._audit("claim")
        self._replies("first")
        self._clock(Metric.FIRST, self.opened, talk.at)
        if self.chance.random() < 0.25:
            self._note()
        for _ in range(self.chance.randint(0, MOST_TURNS)):
            talk.waits(self.chance.expovariate(1 / 600))
            talk.hears(talk.draws(words().agents["customer"]))
            asked = talk.at
            self._until_answer()
            self._replies("more")
            self._clock(Metric.NEXT, asked, talk.at)

    def _ends(self) -> None:
        if self.talk.now - self.opened < 4 * DAY and self.chance.random() < WAITS:
            self.waits = True
            raise Over
        self.talk.waits(self.chance.expovariate(1 / 900))
        self.resolved = self.talk.at
        self._audit("resolve")
        ended = ends.row(self.id, CaseState.RESOLVED, self.agent, topic_of(self.reason), self.talk.at)
        self._end = {**ended, "id": self.rows.id_at(self.talk.at), "reopened_at": None}

    def _comes_back(self) -> None:
        """Lets it be reopened, and ends it once more."""
        self.talk.waits(self.chance.uniform(1, 20) * 3600)
        self.resolved = None
        self.talk.hears(self.talk.draws(words().agents["customer"]))
        self._audit("reopen")
        self.rows.add(case_ends, {**self._end, "reopened_at": self.talk.at})
        self._end = {}
        asked = self.talk.at
        self._until_answer()
        self._replies("more")
        self._clock(Metric.NEXT, asked, self.talk.at)
        self._ends()

    def _until_answer(self) -> None:
        """Waits until an agent answers: longer at night, on the bad day, and for the slow one in the afternoon."""
        there = _there(self.talk.at)
        minutes = self.chance.lognormvariate(2.5, 0.9)
        is_slow = self.agent == causes.SLOW_AGENT and there.astimezone(ZONE).hour >= causes.SLOW_FROM
        minutes *= (3 if self.is_bad else 1) * (4 if is_slow else 1)
        self.talk.waits((there - self.talk.at).total_seconds() + minutes * 60)

    def _replies(self, which: str) -> None:
        text, origin = self.talk.draws(words().agents[which]), self._ts()
        about = About(author=self.agent, speaker=Speaker.AGENT, case_id=self.id, origin=origin)
        sent = self.talk.says(text, about)
        self._desk_message(origin, text, messages.SENT, sent)

    def _note(self) -> None:
        self._desk_message(self._ts(), self.talk.draws(words().agents["note"]), messages.NOTE, None)

    def _ts(self) -> str:
        """Names a message as Slack does: by its time."""
        return f"{self.talk.at.timestamp():.6f}.{self.chance.getrandbits(40):010x}"

    def _desk_message(self, message: str, text: str, state: str, sent: Sent | None) -> None:
        row = {"id": self.rows.id_at(self.talk.at), "place": PLACE, "message": message, "case_id": self.id}
        row |= {"user": self.agent, "text": text, "state": state, "outbox_id": sent.id if sent else None}
        self.rows.add(desk_messages, {**row, "at": self.talk.at, "leaves_at": sent.at if sent else None})

    def _clock(self, metric: Metric, since: datetime, until: datetime | None) -> None:
        aim = USUAL.aim(metric) or timedelta(0)
        late = (until or self.talk.now) - since > aim
        state = ClockState.BREACHED if late else ClockState.MET if until else ClockState.PENDING
        running = {} if until else {"since": since}
        clock = Clock(self.rows.id_at(since), self.id, metric, since, aim, due_at=since + aim, state=state, **running)
        self.rows.add(case_clocks, {**clocks.row(clock), "ended_at": until})

    def _audit(self, action: str) -> None:
        row = audit.row(self.agent, action, f"case:{self.id}", self.talk.at)
        self.rows.add(audit_table, {**row, "id": self.rows.id_at(self.talk.at)})

    def _rates(self) -> None:
        for kind, (asked, given) in RATES.items():
            if self.chance.random() >= asked:
                continue
            person, at = self.talk.person, self.talk.at
            row: dict[str, Any] = ratings.row(self.rows.id_at(at), self.id, person.conversation, person.id, kind, at)
            answered = at + self.chance.uniform(1, 90) * MINUTE
            is_given = self.chance.random() < given and answered < self.talk.now
            weights, least = (UNHAPPY if self.is_bad else HAPPY)[kind]
            score = self.chance.choices(range(least, least + len(weights)), cum_weights=weights)[0]
            said = {"score": score, "given_at": answered} if is_given else {"score": None, "given_at": None}
            self.rows.add(ratings_table, {**row, **said})

    def _promise(self, message_id: str) -> None:
        """Notes by when an answer was promised; what became of that is known when it is over."""
        due = self.opened + 2 * HOUR
        told = Promised(Purpose.REPLY, Matter.CASE, due, "flow:human", matter_id=self.id)
        row = ledger.row(told, self.talk.person.id, message_id, self.opened)
        self._promised = {**row, "id": self.rows.id_at(self.opened)}

    def _write(self) -> None:
        person, resolved = self.talk.person, self.resolved
        if self.claimed is None:
            self._clock(Metric.FIRST, self.opened, None)
        self._clock(Metric.RESOLUTION, self.opened, resolved)
        summary = f"{self.reason}: {self.talk.values.get('order', '')}"
        row = cases.row(self.id, person.conversation, person.id, self.reason, summary, PLACE, self.opened)
        held = CaseState.WAITING if self.waits else CaseState.CLAIMED
        state = CaseState.RESOLVED if resolved else held if self.claimed else CaseState.OPEN
        row |= {"state": state.value, "claimed_by": self.agent if self.claimed else None, "claimed_at": self.claimed}
        row |= {"resolved_at": resolved, "order_number": self.talk.values.get("order"), "sla": "standard"}
        row |= {"team": "warehouse" if self.reason in ("order_late", "address_change") else "support"}
        row |= {"agent_name": self.name if self.claimed else "", "topic": topic_of(self.reason) if resolved else ""}
        self.rows.add(cases_table, {**row, "thread": f"{self.opened.timestamp():.6f}-{self.id[-6:]}"})
        if self._end:
            self.rows.add(case_ends, self._end)
        self._write_promise()
        if resolved is None:
            person.case_id = self.id
        person.busy_until = (resolved or self.talk.now) + MINUTE

    def _write_promise(self) -> None:
        due, told = self.opened + 2 * HOUR, self._promised
        if self.claimed and self.claimed <= due:
            told |= {"state": PromiseState.KEPT.value, "closed_at": self.claimed, "closed_by": "reply"}
        elif due < self.talk.now:
            told |= {"state": PromiseState.BROKEN.value, "closed_at": due, "closed_by": "timer"}
        else:
            told |= {"closed_at": None, "closed_by": ""}
        self.rows.add(promises, told)


def add_agents(rows: Rows, now: datetime) -> None:
    """Writes who works at the desk."""
    for user, name in AGENTS:
        rows.add(desk_agents, {"user": user, "name": name, "last_seen": now})


def _there(moment: datetime) -> datetime:
    """Returns when somebody is there: then, or in the morning."""
    here = moment.astimezone(ZONE)
    if OPENS <= here.hour < CLOSES:
        return moment
    morning = here.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return (morning if here.hour < OPENS else morning + DAY).astimezone(moment.tzinfo)
