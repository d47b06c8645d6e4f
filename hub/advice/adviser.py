"""Asks a language model in a worker's event loop, while the conversation rests and others are answered.

Nothing depends on it: a question that dies with its worker is asked again where there is time left, else the message is
read as if nobody had been asked.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from core.errors import Outcome, SendError
from core.ids import new_id
from core.people.addresses import shard_of
from core.ports.language import LanguageModel
from flows.understanding.advice.answer import NO_ADVICE, Advice, UnreadableAdvice, read
from flows.understanding.advice.question import Question, messages, schema
from hub import metrics
from hub.advice.memory import Memory
from hub.breaker import Breaker
from hub.hub import Hub, Wondering
from hub.loops import Rounds, UnderWay
from storage.advice import rows
from storage.queues import leases

log = logging.getLogger(__name__)

AT_ONCE = 16  # questions under way
IDLE_SECONDS = 5.0
LEAST = 0.3  # seconds that a call must have left
RECOUNT = timedelta(seconds=60)  # until it is looked again whether calls are left
ANSWERED, NOTHING, UNREADABLE, TIMEOUT, REFUSED, FAILED = (
    "answered",
    "nothing",
    "unreadable",
    "timeout",
    "refused",
    "failed",
)
_RESULTS = {Outcome.PACE: REFUSED, Outcome.MISCONFIGURED: REFUSED, Outcome.CONTENT_REJECTED: UNREADABLE}


class Came(NamedTuple):
    """Holds what came of a question: a result, the advice, and how many calls it took."""

    result: str
    advice: Advice
    calls: int
    code: str = ""
    wanted: float | None = None  # seconds for which the server wants to be left alone


class Asked(NamedTuple):
    """Holds a question that was asked: its row, what came of it, and after how many ms."""

    id: str
    came: Came
    chosen: str
    ms: int


class Adviser:
    """Implements `hub.hub.Advisor`. `daily`: calls in 24 hours, all workers together."""

    def __init__(self, hub: Hub, model: LanguageModel, daily: int) -> None:
        self._hub = hub
        self._model = model
        self._daily = daily
        self._memory = Memory()
        self._breaker = Breaker()
        self._rounds = Rounds("advice-database", IDLE_SECONDS)
        self._wanted: deque[Wondering] = deque()
        self._waiting: dict[str, list[Wondering]] = {}  # by the digest of a question that is under way
        self._tasks = UnderWay()
        self._spent_until: datetime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- from the thread that handles messages

    def known(self, question: Question) -> Advice | None:
        """Returns what was advised; empty where no answer came, None where it was not asked."""
        return self._memory.find(question.digest, self._hub.now())

    def may_ask(self) -> bool:
        """Tells whether waiting for an answer makes sense now."""
        now = self._hub.now()
        if not self._breaker.allows(now):
            metrics.advice.labels("paused").inc()
        elif self._spent_until is not None and now < self._spent_until:
            metrics.advice.labels("budget").inc()
        elif len(self._waiting) + len(self._wanted) >= AT_ONCE:
            metrics.advice.labels("busy").inc()
        else:
            return True
        return False

    def ask(self, wondering: Wondering) -> None:
        """Takes a question whose conversation rests by now."""
        self._wanted.append(wondering)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._rounds.kick)

    # --- in the loop

    def stop(self) -> None:
        """Asks nothing more; `run` then ends."""
        self._rounds.stop()

    async def run(self) -> None:
        """Asks until `stop`. What is under way then is given up: it is asked again, or goes unasked."""
        self._loop = asyncio.get_running_loop()
        await self._rounds.run(self._take, self._launch)
        self._loop = None
        await self._tasks.give_up()
        self._rounds.close()

    async def _take(self) -> tuple[Sequence[Wondering], float]:
        found = [self._wanted.popleft() for _ in range(len(self._wanted))]
        return found, IDLE_SECONDS

    def _launch(self, wondering: Wondering) -> None:
        digest = wondering.question.digest
        under_way = self._waiting.get(digest)
        if under_way is not None:
            under_way.append(wondering)
            return
        self._waiting[digest] = [wondering]
        if len(self._waiting) > AT_ONCE:  # a group of messages comes at once
            self._skip(digest, "busy")
        self._tasks.start(self._handle(digest, wondering))

    async def _handle(self, digest: str, wondering: Wondering) -> None:
        """Asks one question, remembers the answer, and wakes the conversations that wait for it."""
        asked: Asked | None = None
        try:
            if self._memory.find(digest, self._hub.now()) is None:
                asked = await self._ask(digest, wondering)
        except SQLAlchemyError:
            log.warning("the database is away; a message is read without advice", extra={"inbox_id": wondering.cause})
            self._memory.fail(digest, self._hub.now())
        finally:
            rested = {each.key: each.until for each in self._waiting.pop(digest)}
        await self._wake(rested, asked)

    async def _ask(self, digest: str, wondering: Wondering) -> Asked | None:
        """Asks, and learns from what came; None where it was too late, or no calls are left."""
        left = (wondering.until - self._hub.now()).total_seconds()
        if left < LEAST:
            self._skip(digest, "late")
            return None
        deadline = time.monotonic() + left
        id_ = new_id(self._hub.now())
        if not await self._rounds.in_database(lambda: _begin(self._hub, id_, wondering.cause, self._daily)):
            self._spent_until = self._hub.now() + RECOUNT
            self._skip(digest, "budget")
            return None
        self._breaker.began(self._hub.now())
        metrics.advice.labels("asked").inc()
        started = time.monotonic()
        came = await self._call(wondering.question, deadline)
        asked = Asked(id_, came, _chosen(came.advice), round((time.monotonic() - started) * 1000))
        self._learn(digest, came)
        facts = {"result": came.result, "chosen": asked.chosen, "code": came.code, "ms": asked.ms}
        log.info("a language model was asked", extra={"inbox_id": wondering.cause, **facts})
        return asked

    def _skip(self, digest: str, why: str) -> None:
        metrics.advice.labels(why).inc()
        self._memory.fail(digest, self._hub.now())

    async def _call(self, question: Question, deadline: float) -> Came:
        """Asks, and once more where that may help and there is time left; `deadline` by the monotonic clock."""
        for calls in (1, 2):
            try:
                content = await self._within(question, deadline - time.monotonic())
                advice = read(content, question)
            except UnreadableAdvice as error:
                return Came(UNREADABLE, NO_ADVICE, calls, error.code)
            except TimeoutError:
                return Came(TIMEOUT, NO_ADVICE, calls, "timeout")
            except SendError as error:
                again = error.outcome is Outcome.RETRY or error.code == "connection_lost"
                if calls == 2 or not again or deadline - time.monotonic() < LEAST:
                    return _failed(error, calls)
            except Exception as error:  # a bug in the port must not leave a customer waiting
                log.exception("a question to the language model failed")
                return Came(FAILED, NO_ADVICE, calls, type(error).__name__)
            else:
                return Came(ANSWERED if advice else NOTHING, advice, calls)
        raise AssertionError("a third call")

    async def _within(self, question: Question, seconds: float) -> str:
        """Makes one call. Raises SendError, TimeoutError."""
        if seconds <= 0:
            raise TimeoutError
        async with asyncio.timeout(seconds):
            return await self._model.answer(messages(question), schema(question), seconds)

    def _learn(self, digest: str, came: Came) -> None:
        metrics.advice.labels(came.result).inc()
        now = self._hub.now()
        if came.result in (ANSWERED, NOTHING):
            self._breaker.succeeded()
            self._memory.keep(digest, came.advice)
            return
        self._memory.fail(digest, now)
        if self._breaker.failed(now, came.wanted):
            log.warning("the language model is left alone for a while", extra={"code": came.code})

    async def _wake(self, rested: Mapping[str, datetime], asked: Asked | None) -> None:
        """Lets the conversations go on, and writes what came; where that fails they do so when their rest is over."""
        try:
            await self._rounds.in_database(lambda: _settle(self._hub, rested, asked))
        except SQLAlchemyError:
            log.warning("the database is away; what rests goes on a little later")
            return
        self._hub.waker.shards([shard_of(key, self._hub.shards) for key in rested])


def _begin(hub: Hub, id_: str, cause: str, daily: int) -> bool:
    """Counts the question; false where no calls are left."""
    now = hub.now()
    with hub.store.write() as conn:
        if rows.calls(conn, now) >= daily:
            return False
        rows.begin(conn, id_, cause, now)
    return True


def _settle(hub: Hub, rested: Mapping[str, datetime], asked: Asked | None) -> None:
    with hub.store.write() as conn:
        if asked is not None:
            came = asked.came
            rows.finish(conn, asked.id, came.calls, came.result, asked.chosen, asked.ms)
        leases.end_rest(conn, rested)


def _failed(error: SendError, calls: int) -> Came:
    result = TIMEOUT if error.code == "timeout" else _RESULTS.get(error.outcome, FAILED)
    wanted = (error.retry_after or 0.0) if error.outcome is Outcome.PACE else None
    return Came(result, NO_ADVICE, calls, error.code, wanted)


def _chosen(advice: Advice) -> str:
    """Writes what was chosen: ids alone."""
    sure = "" if advice.sure or not advice else "perhaps"
    choice = f"choice {advice.choice}" if advice.choice else ""
    return " ".join(filter(None, (sure, *advice.intents, choice, *(told.slot for told in advice.slots))))
