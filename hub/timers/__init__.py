"""Handles what comes due by the clock: found by one question, handled by its kind, due again when that says so.

A kind is one module in `hub.timers.kinds`, found by being there; its name is the module's:

    # hub/timers/kinds/stocktaking.py
    def _subjects(hub: Hub) -> list[str]:
        return ["main", "outlet"]  # each has a row of the table `timers`, made when a worker starts, due at once


    def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
        ...
        return now + timedelta(days=1)  # when it is due next; None: the row goes


    KIND = Kind(_handle, _subjects)

The handler runs in a thread; one that is a coroutine function runs in the event loop. It may come twice (after a
crash), so what it does is unique or conditional. When it raises, it is called again in a minute. What a kind calls
heavy (`Kind.is_heavy`) is left to a job.
"""
