"""Tests that a campaign whose process is killed in its middle goes on by itself, and is told to nobody twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from redis import Redis

from bots.wiring.clients import valkey
from bots.wiring.jobs.job_queue import RUNNING, JobQueue
from storage import tables
from tests.journeys.system import System

CUSTOMERS = 450  # three transactions' worth

notices = tables.notices.c


def test_a_campaign_goes_on_when_its_process_is_killed(sqlite_desk: System) -> None:
    desk = sqlite_desk
    noon = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # offers keep quiet hours
    phones = [desk.meet(number=f"+4479112{number:05d}", country="GB") for number in range(CUSTOMERS)]
    for number in range(CUSTOMERS):
        desk.sells(f"J{number}", f"+4479112{number:05d}", timezone=noon, marketing=["whatsapp"])
    desk.settled(60)
    before = desk.count(tables.notices, notices.kind == "holiday_cutoff")

    def registered() -> int:
        return desk.count(tables.notices, notices.kind == "holiday_cutoff") - before

    with Redis.from_url(valkey.redis_url(desk.var)) as redis, ThreadPoolExecutor(1) as threads:
        sending = threads.submit(desk.command, "campaign", "holiday-cutoff", "--send")
        jobs = JobQueue(redis)
        while [job.state for job in jobs.listed()] != [RUNNING]:
            time.sleep(0.005)
        victims = desk.processes("jobs")  # found before: from the first notice to the last there is no time for it
        assert len(victims) == 2  # the process, and the fork that runs the job
        while not registered():
            time.sleep(0.002)
        for victim in victims:
            victim.kill()
        assert registered() < CUSTOMERS
        sent = sending.result()
    assert sent.returncode == 0, sent.stderr
    assert registered() >= CUSTOMERS
    desk.settled(60)
    heard = desk.api("transcripts")["phones"]
    told = [[bubble["template"] for bubble in heard[phone] if bubble["direction"] == "out"] for phone in phones]
    assert told == [["holiday_cutoff"]] * CUSTOMERS
