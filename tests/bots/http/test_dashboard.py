"""Tests who is shown the dashboard at all, and that the web process loads it for nobody else."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bots.cli.doctor.diagnosis import dashboard
from bots.http.app import create_app
from bots.http.dashboard import FILES
from bots.wiring.intake import Intake, build_intake
from config.settings import SHIPPED_STORE, load
from storage.engine import migrate

ROOT = Path(__file__).parents[3]
HERE = {"REMOTE_ADDR": "127.0.0.1"}
AWAY = {"REMOTE_ADDR": "192.0.2.1"}
PUBLIC = {"PUBLIC_URL": "https://desk.example"}
LOCKED = {"DASHBOARD_PASSWORD": "open sesame"}
KEY = "sk_store"
SHOWN, SIGN_IN, HIDDEN = 200, 303, 404


@contextmanager
def installed(var: Path, given: dict[str, str]) -> Iterator[Intake]:
    made = build_intake(load({"VAR_DIR": str(var), "REDIS_URL": f"unix://{var}/nobody.sock", **given}))
    migrate.upgrade(made.store)
    yield made
    made.store.close()
    made.redis.close()


@pytest.mark.parametrize(
    ("given", "environ", "headers", "status"),
    [
        ({}, HERE, {}, SHOWN),
        ({}, {"REMOTE_ADDR": "::1"}, {}, SHOWN),
        ({}, AWAY, {}, HIDDEN),
        ({}, HERE, {"X-Forwarded-For": "127.0.0.1"}, HIDDEN),
        ({}, HERE, {"X-Forwarded-Proto": "https"}, HIDDEN),
        ({}, HERE, {"Forwarded": "for=127.0.0.1"}, HIDDEN),
        ({}, HERE, {"Host": "127.0.0.1:8000"}, SHOWN),
        ({}, HERE, {"Host": "[::1]:8000"}, SHOWN),
        ({}, HERE, {"Host": "rebound.example"}, HIDDEN),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, HERE, {}, SHOWN),
        (PUBLIC, HERE, {}, HIDDEN),
        ({"STORE_API_KEY": KEY}, AWAY, {"Authorization": f"Bearer {KEY}"}, HIDDEN),
        (LOCKED, HERE, {}, SIGN_IN),
        (LOCKED, AWAY, {}, SIGN_IN),
        ({**LOCKED, **PUBLIC}, AWAY, {"X-Forwarded-For": "192.0.2.1", "Host": "desk.example"}, SIGN_IN),
        ({**LOCKED, "STORE_API_KEY": KEY}, AWAY, {"Authorization": f"Bearer {KEY}"}, SIGN_IN),
    ],
)
def test_who_may_look(
    given: dict[str, str], environ: dict[str, str], headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    with installed(tmp_path, given) as intake:
        web = create_app(intake).test_client()
        answer = web.get("/dashboard/", environ_base=environ, headers=headers)
        assert answer.status_code == status
        if status == HIDDEN:  # and nothing tells it from a path that never was
            other = web.get("/dashbored/", environ_base=environ, headers=headers)
            assert (answer.data, dict(answer.headers)) == (other.data, dict(other.headers))


def test_paths_beside_it_are_none_of_its(tmp_path: Path) -> None:
    with installed(tmp_path, {}) as intake:
        web = create_app(intake).test_client()
        assert web.get("/dashboard").status_code == SHOWN
        assert web.get("/dashboards").status_code == HIDDEN
        assert web.get("/dashboard/login").status_code == HIDDEN
        assert web.get("/healthz").status_code == 200
        assert web.post("/healthz").status_code == 405


def test_it_is_there_when_the_database_is_not(tmp_path: Path) -> None:
    with installed(tmp_path, {}) as intake:
        web = create_app(intake).test_client()
        with intake.store.write() as conn:
            conn.exec_driver_sql("DROP TABLE measures")
        answer = web.get("/dashboard/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "The database does not answer" in answer.text


def test_a_mistake_in_the_stores_files_is_said(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "shop.yaml").write_text("timezone: Mars/Olympus\n")
    with installed(tmp_path, {"STORE_DIR": str(store)}) as intake:
        answer = create_app(intake).test_client().get("/dashboard/")
    assert answer.status_code == 503
    assert "shop.yaml" in answer.text
    assert all((SHIPPED_STORE / name).exists() for name in FILES)


def test_the_web_process_loads_it_with_the_first_request(tmp_path: Path) -> None:
    program = (
        "import sys; from config.settings import load; from bots.http.app import create_app\n"
        "from bots.wiring.intake import build_intake; from storage.engine import migrate\n"
        "intake = build_intake(load()); migrate.upgrade(intake.store); web = create_app(intake).test_client()\n"
        "web.get('/healthz'); before = 'insights.dashboard.app' in sys.modules\n"
        "web.get('/dashboard/'); print(before, 'insights.dashboard.app' in sys.modules)"
    )
    environment = {"VAR_DIR": str(tmp_path), "ENV_FILE": "/dev/null", "REDIS_URL": "unix:///nobody.sock"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        ({}, "ok", "answers this machine only"),
        (LOCKED, "ok", "asks for a name and DASHBOARD_PASSWORD"),
        ({**LOCKED, **PUBLIC}, "ok", "https://desk.example/dashboard"),
        ({**LOCKED, "PUBLIC_URL": "http://desk.example"}, "warn", "https"),
        ({"DASHBOARD_PASSWORD": "sesame"}, "warn", "can be guessed"),
        (PUBLIC, "off", "answers nobody, as PUBLIC_URL is public; set DASHBOARD_PASSWORD"),
    ],
)
def test_the_doctor_says_who_may_look(given: dict[str, str], state: str, words: str) -> None:
    finding = dashboard(load(given))
    assert (finding.subject, finding.state) == ("dashboard", state)
    assert words in finding.words
    assert LOCKED["DASHBOARD_PASSWORD"] not in finding.words
