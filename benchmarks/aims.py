"""Says what each figure was and what it shall be, printed beside what was measured.

`before` was measured on two cores, the load included, before the hot path was rebuilt (23 November 2026).
"""

from typing import NamedTuple


class Aim(NamedTuple):
    """The earlier value, None where there was none, and the bound of the new one, in the unit of the figure."""

    before: float | None
    bound: float
    at_least: bool = False  # the larger the better; else the value must not exceed the bound

    def reached(self, value: float) -> bool:
        """Tells whether the value is on the right side of the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


# (benchmark, what was measured), with the words of the figure.
AIMS = {
    ("idle", "from start to ready, second start, one channel"): Aim(4.1, 2.5),
    ("idle", "memory of all processes"): Aim(330, 250),
    ("idle", "CPU of all processes"): Aim(0.7, 1),
    ("webhooks", "SQLite, saturated"): Aim(2344, 3200, at_least=True),
    ("webhooks", "SQLite, of a bare Flask view"): Aim(None, 0.9, at_least=True),
    ("webhooks", "PostgreSQL, saturated"): Aim(1464, 2300, at_least=True),
    ("webhooks", "PostgreSQL, of a bare Flask view"): Aim(None, 0.9, at_least=True),
    ("turns", "saturated, one worker"): Aim(560, 1100, at_least=True),
    ("turns", "saturated, of the echo bot"): Aim(0.12, 0.25, at_least=True),
    ("turns", "at 100/s, p50"): Aim(65, 10),
    ("turns", "at 100/s, p99"): Aim(236, 40),
    ("turns", "at 100/s, CPU of the worker"): Aim(9.9, 2.5),
    ("turns", "saturated, with sent, delivered and read receipts"): Aim(277, 450, at_least=True),
    ("turns", "saturated, provider answers after 150 ms"): Aim(346, 900, at_least=True),
    ("planning", "notices planned"): Aim(None, 3000, at_least=True),
    ("orders", "store events applied"): Aim(None, 350, at_least=True),
    ("orders", "turns at 20/s beside it, p99"): Aim(None, 200),
    ("campaigns", "frozen and queued"): Aim(None, 15),
    ("campaigns", "previewed with every gate"): Aim(None, 40),
    ("campaigns", "sent by one worker"): Aim(None, 1000, at_least=True),
    ("desk", "customer's words to the thread, p95"): Aim(None, 1000),
    ("desk", "agent's reply to the provider, p95"): Aim(None, 300),
    ("desk", "calls of Slack's acknowledged, p99"): Aim(None, 150),
    ("desk", "press to open form, p95"): Aim(None, 800),
    ("desk", "refused by Slack as too fast"): Aim(None, 0),
    ("growth", "cost of a turn, large to small"): Aim(None, 1.1),
    **{
        ("insight", f"{database}: {what}"): Aim(None, bound)
        for database in ("SQLite", "PostgreSQL")
        for what, bound in (
            ("an increment of the measures", 2.0),
            ("first page of conversations, by the API", 300),
            ("first page of conversations", 300),
            ("numbers by day, by the API", 300),
            ("overview", 300),
            ("search, p95", 500),
            ("turn beside reloads to alone, p50", 1.25),
            ("turn beside reloads to alone, p99", 1.5),
        )
    },
    ("understanding", "memory with n-grams alone"): Aim(None, 15),
    ("understanding", "memory with the encoder"): Aim(None, 90),
    ("understanding", "flows and intents loaded"): Aim(None, 1.5),
    ("understanding", "a day's mix, p50"): Aim(None, 1),
    ("understanding", "a day's mix, p99"): Aim(None, 5),
    ("understanding", "en: top-1"): Aim(None, 0.88, at_least=True),
    ("understanding", "en: top-3"): Aim(None, 0.95, at_least=True),
    ("understanding", "en: out of scope, yet accepted"): Aim(None, 0.12),
    ("understanding", "zh: top-1"): Aim(None, 0.88, at_least=True),
    ("understanding", "zh: top-3"): Aim(None, 0.95, at_least=True),
    ("understanding", "zh: out of scope, yet accepted"): Aim(None, 0.12),
}


def aim_of(benchmark: str, what: str) -> Aim | None:
    """Finds the aim of a figure, if it has one."""
    return AIMS.get((benchmark, what))
