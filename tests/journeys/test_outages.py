"""The database goes away, and processes die meanwhile: those that are started again wait for it, and go on."""

import psycopg

from tests.databases import PostgresServer
from tests.journeys.actors import call, until
from tests.journeys.system import System
from tests.journeys.wording import said

ROLES = ("worker", "clock", "web:server")
WAITING = "the database is away; waiting"


def test_who_dies_while_the_database_is_away_waits_for_it(postgres_desk: System, postgres: PostgresServer) -> None:
    desk = postgres_desk
    phone = desk.meet()
    desk.settled()
    door, hidden = postgres.folder / ".s.PGSQL.5432", postgres.folder / "hidden"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        door.rename(hidden)
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [desk.database])
    desk.reconnect()
    try:
        told = len(desk.output_of("clock", WAITING))
        for role in ("worker", "clock", "web"):
            assert desk.kill(role)
        until(lambda: len(desk.output_of("clock", WAITING)) > told, desk.output)
        until(lambda: len(desk.output_of("worker", WAITING)) > 0, desk.output)
        until(lambda: _missing(desk) == ["database"], desk.output)
        living = {role: {each.pid for each in desk.processes(role)} for role in ROLES}
        refused = desk.command("trace", "--phone", "+12025550100")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("doorstep: DATABASE_URL: PostgreSQL cannot be used: ")
        assert {role: {each.pid for each in desk.processes(role)} for role in ROLES} == living
    finally:
        hidden.rename(door)
    until(desk.ready, desk.output)
    assert {role: {each.pid for each in desk.processes(role)} for role in ROLES} == living
    desk.say(phone, "menu")
    desk.expect(phone, said("utter_ask_topic"))
    assert "Traceback" not in desk.output()


def _missing(desk: System) -> object:
    try:
        answer = call(f"{desk.product}/readyz", timeout=3)
    except OSError:  # nobody listens yet
        return None
    return answer.json.get("missing")
