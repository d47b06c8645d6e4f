"""Tests that `/readyz` names what is missing, and only what is."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis

from bots.http.health import readiness
from bots.wiring.health import heartbeats
from bots.wiring.installation import build
from bots.wiring.intake import Intake, build_intake
from bots.wiring.store.folder import NotLoadedError
from config.settings import Settings, load
from storage.accounts import incidents
from storage.engine import migrate

ROOT = Path(__file__).parents[3]
NUMBER, ANOTHERS = "106540352242922", "999"
WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
    "WHATSAPP_ACCESS_TOKEN": "token",
    "WHATSAPP_APP_SECRET": "secret",
    "WHATSAPP_VERIFY_TOKEN": "word",
}
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C0123456789", "SLACK_APP_TOKEN": "xapp-1"}
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
READY = (200, {"status": "ready"})


def settings_for(var: Path, redis_url: str, **given: str) -> Settings:
    return load({"VAR_DIR": str(var), "REDIS_URL": redis_url, **WHATSAPP, **given})


@pytest.fixture
def intake(tmp_path: Path, valkey: Redis, valkey_url: str) -> Iterator[Intake]:
    """Builds a web process's parts; worker, clock and jobs live."""
    made = build_intake(settings_for(tmp_path, valkey_url))
    migrate.upgrade(made.store)
    for role in ("worker", "clock", "jobs"):
        heartbeats.beat(valkey, role)
    yield made
    made.store.close()
    made.redis.close()


def degraded(*missing: str) -> tuple[int, dict[str, object]]:
    return 200, {"status": "degraded", "missing": list(missing)}


def unavailable(part: str) -> tuple[int, dict[str, object]]:
    return 503, {"status": "unavailable", "missing": [part]}


def test_with_everything_there_it_is_ready(intake: Intake) -> None:
    assert readiness(intake) == READY


def test_processes_that_do_not_live_are_named(intake: Intake, valkey: Redis) -> None:
    valkey.flushall()
    assert readiness(intake) == degraded("worker", "clock", "jobs")
    heartbeats.beat(valkey, "worker")
    assert readiness(intake) == degraded("clock", "jobs")


def test_slack_is_named_where_it_comes_by_socket_mode(tmp_path: Path, intake: Intake, valkey_url: str) -> None:
    by_http = {**SOCKET, "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "secret"}
    assert readiness(build_intake(settings_for(tmp_path, valkey_url, **by_http))) == READY
    by_socket = build_intake(settings_for(tmp_path, valkey_url, **SOCKET))
    assert readiness(by_socket) == degraded("slack")
    heartbeats.beat(by_socket.redis, "slack")
    assert readiness(by_socket) == READY


def test_each_workspace_of_the_desk_is_named_by_itself(tmp_path: Path, intake: Intake, valkey_url: str) -> None:
    entry = "- {channel: slack, account: eu, bot_token: xoxb-2, app_token: xapp-2, desk_channel: C0EU}\n"
    (tmp_path / "channels.yaml").write_text(entry)
    both = {**SOCKET, "CHANNELS_FILE": str(tmp_path / "channels.yaml")}
    made = build_intake(settings_for(tmp_path, valkey_url, **both))
    assert readiness(made) == degraded("slack", "slack:eu")
    for role in ("slack", "slack:eu"):
        heartbeats.beat(made.redis, role)
    assert readiness(made) == READY
    with intake.store.write() as conn:
        assert incidents.open_(conn, intake.store, "slack", "eu/C0EU", "token_revoked", "", NOW)
    assert readiness(made) == degraded("slack:eu")


def test_an_account_is_named_while_its_incident_is_open(intake: Intake) -> None:
    with intake.store.write() as conn:
        for account in (NUMBER, ANOTHERS):
            assert incidents.open_(conn, intake.store, "whatsapp", account, "190", "", NOW)
    assert readiness(intake) == degraded(f"whatsapp:{NUMBER}")
    with intake.store.write() as conn:
        incidents.close(conn, [("whatsapp", NUMBER)], NOW)
    assert readiness(intake) == READY


def test_a_template_that_is_refused_keeps_nobody_from_being_ready(intake: Intake) -> None:
    trouble = incidents.Open("whatsapp", NUMBER, "order_shipped", "en", "")
    with intake.store.write() as conn:
        assert incidents.open_template(conn, intake.store, trouble, "", "132000", NOW)
    assert readiness(intake) == READY


@pytest.mark.parametrize("part", ["flows", "policies"])
def test_what_no_worker_could_load_makes_it_unavailable(intake: Intake, valkey: Redis, part: str) -> None:
    heartbeats.tell_unloaded(valkey, part)
    assert readiness(intake) == READY  # another worker has loaded them
    valkey.delete(*valkey.keys(f"{heartbeats.ALIVE}worker:*"))
    assert readiness(intake) == unavailable(part)


def test_policies_that_cannot_be_loaded_are_told_as_such(tmp_path: Path, valkey_url: str) -> None:
    store = shutil.copytree(ROOT / "config" / "store", tmp_path / "store")
    (store / "policies.yaml").write_text("return: [\n")
    with pytest.raises(NotLoadedError) as told:
        build(settings_for(tmp_path, valkey_url, STORE_DIR=str(store)))
    assert told.value.part == "policies"
    assert "policies.yaml" in str(told.value)


def test_without_redis_nobody_is_seen_and_accounts_still_are(tmp_path: Path, intake: Intake) -> None:
    away = build_intake(settings_for(tmp_path, f"unix://{tmp_path}/nobody.sock", **SOCKET))
    assert readiness(away) == degraded("redis", "worker", "clock", "jobs", "slack")
    with intake.store.write() as conn:
        assert incidents.open_(conn, intake.store, "whatsapp", NUMBER, "190", "", NOW)
    assert readiness(away) == degraded("redis", "worker", "clock", "jobs", "slack", f"whatsapp:{NUMBER}")


def test_without_tables_or_database_nothing_can_be_kept(tmp_path: Path, valkey_url: str) -> None:
    (tmp_path / "empty").mkdir()
    empty = build_intake(settings_for(tmp_path / "empty", valkey_url))
    assert readiness(empty) == unavailable("migrations")
    empty.store.close()
    assert readiness(build_intake(settings_for(tmp_path / "missing", valkey_url))) == unavailable("database")
