"""Tests that `/metrics` tells the whole installation, whichever process is asked, and only to those who may look."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Queue
from sqlalchemy import event

from bots.cli.doctor.diagnosis import _metrics
from bots.http.app import create_app
from bots.http.looking import ALLOWED, HIDDEN, WRONG_KEY, may_look
from bots.http.metrics import KEPT_SECONDS, Exposition
from bots.wiring.health import counts, heartbeats
from bots.wiring.intake import Intake, build_intake
from bots.wiring.jobs.job_keys import JOB_KEYS, QUEUE
from config.settings import load
from storage.accounts import incidents
from storage.accounts.incidents import Open
from storage.engine import migrate

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "docs" / "monitoring"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
KEY = "sk_the-stores-key"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
# A process that counts, and then lives on until it is told to end.
COUNTING = """
import sys
from pathlib import Path
from bots.wiring.health import counts
counts.share(Path(sys.argv[1]))
from hub import metrics
for _ in range(int(sys.argv[2])):
    metrics.sends.labels("sms", "sent").inc()
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what these tests set up away from others."""
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)


@pytest.fixture
def intake(tmp_path: Path, valkey: Redis, valkey_url: str) -> Iterator[Intake]:
    made = build_intake(load({"VAR_DIR": str(tmp_path), "REDIS_URL": valkey_url, "STORE_API_KEY": KEY}))
    migrate.upgrade(made.store)
    yield made
    made.store.close()
    made.redis.close()


def counting(var: Path, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", COUNTING, str(var), str(times)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "counted\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def told(exposition: Exposition) -> dict[tuple[str, ...], float]:
    """Reads an exposition as (name, values of labels …) -> value."""
    families = text_string_to_metric_families(exposition.text().decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


# --- what was counted


def test_counts_of_all_processes_are_added_up_and_survive_them(intake: Intake, tmp_path: Path) -> None:
    first, second = counting(tmp_path, 3), counting(tmp_path, 4)
    exposition = Exposition(intake)
    assert told(exposition)["doorstep_sends_total", "sms", "sent"] == 7
    end(first)
    assert told(exposition)["doorstep_sends_total", "sms", "sent"] == 7
    third = counting(tmp_path, 5)
    assert told(exposition)["doorstep_sends_total", "sms", "sent"] == 12
    assert len(list((tmp_path / counts.FOLDER).glob("*.db"))) == 2  # the third went on where the first stopped
    counts.clear(tmp_path)
    assert told(exposition)["doorstep_sends_total", "sms", "sent"] == 12  # both live
    end(second)
    end(third)
    counts.clear(tmp_path)
    assert ("doorstep_sends_total", "sms", "sent") not in told(exposition)


def test_a_file_that_a_loss_of_power_left_half_hides_no_other(intake: Intake, tmp_path: Path) -> None:
    process = counting(tmp_path, 3)
    broken = tmp_path / counts.FOLDER / "counter_7.db"
    for junk in (b"", b"\x40\x00\x00\x00" + b"\xff" * 60, b"\x7f"):
        broken.write_bytes(junk)
        assert told(Exposition(intake))["doorstep_sends_total", "sms", "sent"] == 3
    (tmp_path / counts.FOLDER / "7.lock").touch()
    counts.clear(tmp_path)
    assert not broken.exists()
    end(process)


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = values.ValueClass
    counts.share(tmp_path / "file")
    assert values.ValueClass is before
    assert list(counts.added_up(tmp_path / "file")) == []


# --- what waits


def test_processes_jobs_and_incidents_are_told(intake: Intake, valkey: Redis) -> None:
    heartbeats.beat(valkey, "worker")
    Queue(QUEUE, connection=valkey).enqueue_call("bots.jobs.perform")
    with intake.store.write() as conn:
        incidents.open_(conn, intake.store, "whatsapp", "106", "190", "", NOW)
        for name in ("order_shipped", "order_delayed"):
            incidents.open_template(conn, intake.store, Open("whatsapp", "106", name, "en", ""), "", "132000", NOW)
    found = told(Exposition(intake))
    assert found["doorstep_processes", "worker"] == 1
    assert found["doorstep_processes", "clock"] == 0
    assert found["doorstep_jobs", "queued"] == 1
    assert found["doorstep_jobs", "failed"] == 0
    assert found["doorstep_incidents_open", "106", "whatsapp", "190"] == 1
    assert found["doorstep_templates_refused", "106", "whatsapp", "132000", "en", "order_shipped"] == 1
    assert found["doorstep_templates_refused", "106", "whatsapp", "132000", "en", "order_delayed"] == 1
    assert found["doorstep_cases", "open"] == 0
    assert (found["doorstep_database_up",], found["doorstep_redis_up",]) == (1, 1)


def test_rq_keeps_jobs_where_we_count_them(valkey: Redis) -> None:
    queue = Queue(QUEUE, connection=valkey)
    registries = {"running": queue.started_job_registry.key, "failed": queue.failed_job_registry.key}
    assert {"queued": queue.key, **registries} == JOB_KEYS


def test_what_is_away_is_told_and_hides_nothing_else(tmp_path: Path, intake: Intake) -> None:
    settings = {"VAR_DIR": str(tmp_path), "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    found = told(Exposition(build_intake(load(settings))))
    assert (found["doorstep_database_up",], found["doorstep_redis_up",]) == (1, 0)
    away = build_intake(load({**settings, "DATABASE_URL": f"sqlite:///{tmp_path}/none/x.db"}))
    found = told(Exposition(away))
    assert (found["doorstep_database_up",], found["doorstep_redis_up",]) == (0, 0)


def test_however_many_ask_the_database_is_asked_once_in_a_while(intake: Intake) -> None:
    time = [0.0]
    exposition = Exposition(intake, lambda: time[0])
    asked: list[str] = []
    event.listen(intake.store._reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    exposition.text()
    first = len(asked)
    assert 0 < first <= 11
    time[0] = KEPT_SECONDS / 2
    exposition.text()
    assert len(asked) == first
    time[0] = KEPT_SECONDS
    exposition.text()
    assert len(asked) == 2 * first


# --- who may look


@pytest.mark.parametrize(
    ("environ", "given", "may"),
    [
        (HERE, {}, ALLOWED),
        ({"REMOTE_ADDR": "::1"}, {}, ALLOWED),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, {}, ALLOWED),
        ({"REMOTE_ADDR": "10.0.0.7"}, {}, HIDDEN),
        ({"REMOTE_ADDR": ""}, {}, HIDDEN),
        ({}, {}, HIDDEN),
        ({**HERE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {}, HIDDEN),
        ({**HERE, "HTTP_X_FORWARDED_PROTO": "https"}, {}, HIDDEN),
        ({**HERE, "HTTP_FORWARDED": ""}, {}, HIDDEN),
        ({**HERE, "HTTP_HOST": "localhost:8000"}, {}, ALLOWED),
        ({**HERE, "HTTP_HOST": "[::1]:8000"}, {}, ALLOWED),
        ({**HERE, "HTTP_HOST": "rebound.example"}, {}, HIDDEN),
        ({**HERE, "HTTP_HOST": "[::1"}, {}, HIDDEN),
        (HERE, {"PUBLIC_URL": "https://desk.example"}, HIDDEN),
        (HERE, {"PUBLIC_URL": "http://127.0.0.1:8000"}, ALLOWED),
        (HERE, {"PUBLIC_URL": "http://localhost:8000"}, ALLOWED),
        (HERE, {"PUBLIC_URL": "http://[::1]:8000"}, ALLOWED),
        (HERE, {"PUBLIC_URL": "http://127.0.0.1.desk.example"}, HIDDEN),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": f"Bearer {KEY}"}, {"STORE_API_KEY": KEY}, ALLOWED),
        ({**HERE, "HTTP_AUTHORIZATION": f"bearer {KEY}"}, {"STORE_API_KEY": f"other,{KEY}"}, ALLOWED),
        ({**HERE, "HTTP_AUTHORIZATION": "Bearer other"}, {"STORE_API_KEY": KEY}, WRONG_KEY),
        ({**HERE, "HTTP_AUTHORIZATION": "Bearer clé"}, {"STORE_API_KEY": KEY}, WRONG_KEY),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer "}, {}, HIDDEN),
    ],
)
def test_only_this_machine_or_the_key_may_look(environ: dict[str, str], given: dict[str, str], may: str) -> None:
    assert may_look(environ, load(given)) == may


def test_the_path_answers_as_may_be(intake: Intake) -> None:
    web = create_app(intake).test_client()
    seen = web.get("/metrics")
    assert (seen.status_code, seen.content_type.split(";")[0]) == (200, "text/plain")
    assert b"doorstep_database_up 1.0" in seen.data
    assert web.get("/metrics", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 404
    assert web.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    keyed = {"X-Forwarded-For": "203.0.113.1", "Authorization": f"Bearer {KEY}"}
    assert web.get("/metrics", headers=keyed).status_code == 200


# --- the files for Prometheus and Grafana


@pytest.fixture
def names(intake: Intake) -> set[str]:
    """Lists every metric there is, by the name that it has in a query."""
    told = Exposition(intake).text().decode()
    return set(re.findall(r"^# TYPE (doorstep_\w+)", told, re.MULTILINE))


def used(expression: str) -> set[str]:
    return set(re.findall(r"\bdoorstep_\w+", expression))


def test_each_alarm_is_about_a_metric_that_there_is(names: set[str]) -> None:
    (group,) = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"]) > 10
    for rule in group["rules"]:
        assert used(rule["expr"]), rule
        assert used(rule["expr"]) <= names, rule
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert rule["for"]


def test_each_panel_shows_a_metric_that_there_is(names: set[str]) -> None:
    board: dict[str, Any] = json.loads((MONITORING / "grafana.json").read_text())
    shown = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    assert len(shown) > 10
    for expression in shown:
        assert used(expression), expression
        assert used(expression) <= names, expression
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)


def test_each_metric_is_told_of_in_the_docs(names: set[str]) -> None:
    listed = used((ROOT / "docs" / "operating.md").read_text())
    assert names <= listed, names - listed
    assert listed <= names, listed - names


# --- what the doctor says of it


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        ({}, "ok", "answers this machine only"),
        ({"STORE_API_KEY": KEY}, "ok", "open to those who hold STORE_API_KEY"),
        ({"PUBLIC_URL": "https://desk.example"}, "off", "answers nobody, as PUBLIC_URL is public; set STORE_API_KEY"),
    ],
)
def test_the_doctor_says_who_may_look(given: dict[str, str], state: str, words: str) -> None:
    finding = _metrics(load(given))
    assert (finding.subject, finding.state) == ("metrics", state)
    assert words in finding.words
    assert KEY not in finding.words
