"""Asks a running installation for its pages and lists, and times each answer."""

import http.client
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from benchmarks.product import STORE_KEY, Product

PATIENCE = 60
PAUSE = 0.2  # of somebody who reloads all the time
PIECE = 65_536
OVERVIEW, CONVERSATIONS = "/dashboard/", "/dashboard/conversations"
EXPORT = "/dashboard/metrics/contacts/behind?format=csv&from={first}&to={last}"
LIST = "/api/v1/conversations?limit=50"
METRICS = "/api/v1/metrics?by=day"
# What is looked for: common and rare words, several at once, both languages, and what nobody said.
WORDS = (
    "order",
    "thank",
    "the team",
    "order delivery",
    "boots small",
    "installments",
    "100123",
    "backpack refund",
    "half a number up would be better",
    "xylophone",
    "订单",
    "谢谢",
    "分期付款",
    "退款",
    "世纪大道",
    "望远镜",
)


class Answer(NamedTuple):
    """Holds one answer: its status, the time to its first byte and to its end in microseconds, and its size."""

    status: int
    first_us: int
    us: int
    size: int


class Looker:
    """One person with a connection that stays open."""

    def __init__(self, product: Product) -> None:
        self._port = product.port
        self._conn = http.client.HTTPConnection("127.0.0.1", product.port, timeout=PATIENCE)

    def ask(self, path: str) -> Answer:
        """Asks once, and reads the answer to its end."""
        begun = time.perf_counter()
        self._conn.request("GET", path, headers={"Authorization": f"Bearer {STORE_KEY}"} if "/api/" in path else {})
        answer = self._conn.getresponse()
        size, first = 0, None
        while piece := answer.read1(PIECE):
            first = first or time.perf_counter()
            size += len(piece)
        answer.read()  # closes it, so that the connection can be used again
        ended = time.perf_counter()
        return Answer(answer.status, _us((first or ended) - begun), _us(ended - begun), size)

    def ask_often(self, path: str, times: int) -> list[Answer]:
        """Asks again and again."""
        return [self.ask(path) for _ in range(times)]


def search(words: str) -> str:
    """Makes the path that looks for words."""
    return f"{LIST}&q={quote(words)}"


def at_once(product: Product, path: str, people: int) -> list[Answer]:
    """Lets many people ask at the same moment; returns all answers."""
    together, answers = threading.Barrier(people), list[Answer]()

    def one() -> None:
        looker = Looker(product)
        together.wait()
        answers.append(looker.ask(path))

    _joined([threading.Thread(target=one) for _ in range(people)])
    return answers


@contextmanager
def reloading(product: Product, paths: Sequence[str]) -> Iterator[list[Answer]]:
    """Lets somebody reload pages all the time; yields the answers that they have had."""
    answers, over = list[Answer](), threading.Event()

    def reload() -> None:
        looker = Looker(product)
        for path in itertools.cycle(paths):
            if over.wait(PAUSE):
                break
            answers.append(looker.ask(path))

    thread = threading.Thread(target=reload)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def _joined(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _us(seconds: float) -> int:
    return int(seconds * 1e6)
