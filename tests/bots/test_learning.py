"""Tests that the store's phrases are learned by a job, and that what was learned is taken without another word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bots.tasks import phrases
from bots.wiring.health import heartbeats
from bots.wiring.installation import Parts, build
from bots.wiring.jobs.job_progress import Progress
from bots.wiring.jobs.job_queue import JobQueue
from bots.wiring.jobs.learning import Learning
from bots.wiring.store.folder import SHIPPED, load_folder
from bots.wiring.store.watch import Watch
from config.settings import load
from tests.fakes import STORE_DIR

OWN = """\
store_hours:
  - is the flagship at the harbour manned on sundays
  - harbour flagship sunday hours
  - does the harbour flagship let people in on sundays
  - flagship harbour sunday, anybody there
  - when may i come by the harbour flagship
"""
ASKED = "flagship at the harbour on sundays please"


@pytest.fixture
def parts(tmp_path: Path, valkey: Redis, valkey_url: str) -> Iterator[Parts]:
    """Builds an installation whose store has phrases of its own."""
    store = tmp_path / "store"
    (store / "phrases").mkdir(parents=True)
    (store / "shop.yaml").write_text((STORE_DIR / "shop.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (store / "phrases" / "en.yaml").write_text(OWN, encoding="utf-8")
    settings = {"VAR_DIR": str(tmp_path), "STORE_DIR": str(store), "REDIS_URL": valkey_url, "UNDERSTANDING": "light"}
    built = build(load({**settings, "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}"}))
    yield built
    built.hub.store.close()
    built.intake.redis.close()


def test_new_phrases_are_learned_by_one_job_and_taken_when_that_is_done(parts: Parts, valkey: Redis) -> None:
    settings, shelf = parts.intake.settings, parts.hub.shelf
    learning = Learning(parts.understanding.trained, valkey)
    watch = Watch(settings.store_dir, shelf, parts.load, SHIPPED, learning.look)
    before = shelf.now
    assert before.unlearned
    assert before.state == f"{before.version}-{before.unlearned}"
    watch.look()
    assert not JobQueue(valkey).listed()  # no process lives that would run it
    heartbeats.beat(valkey, "jobs")
    for _ in range(3):
        watch.look()
        Learning(parts.understanding.trained, valkey).look(before.unlearned)  # another worker
    (job,) = JobQueue(valkey).listed()
    assert (job.name, job.arguments) == ("phrases", {})
    assert not shelf.change()
    assert phrases.run(parts, Progress(lambda *_: None))["trained"]
    watch.look()
    assert shelf.change()
    after = shelf.now
    assert (after.unlearned, after.state, after.version) == ("", before.version, before.version)
    watch.look()
    assert not shelf.change()
    assert load_folder(settings.store_dir, trained=parts.understanding.trained).state == after.state
    assert before.flows.interpreter.read(ASKED) != after.flows.interpreter.read(ASKED)
    assert after.flows.interpreter.read(ASKED).intent == "store_hours"


def test_what_we_ship_is_learned(tmp_path: Path) -> None:
    assert load_folder(STORE_DIR, trained=tmp_path / "nothing").unlearned == ""
