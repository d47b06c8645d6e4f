"""Does long work that must not stand in the way of messages: a module per task, found by being there.

A task's name is the module's. Its arguments are ids and words of ours, never a customer's, as they stay in Redis.

    # bots/tasks/stocktaking.py
    def run(parts: Parts, progress: Progress, *, shelf: str) -> dict[str, int]:
        \"\"\"Counts what is on a shelf.\"\"\"
        progress.expect(40)
        ...
        progress.add(20)
        return {"counted": 40}  # JSON, kept for a day

    queue.enqueue("stocktaking", {"shelf": "12"})  # bots.wiring.jobs.job_queue; jobs: python -m bots.jobs

A job may run twice (after a crash, or when it is retried), so what it does is unique or conditional. One that raises is
tried again, and then stays to be seen in `doorstep jobs list`.
"""
