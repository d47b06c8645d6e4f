"""Replays a day at the desk: sixty customers, three agents in two zones, hours, times; and recounts it by hand."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from bots.cli import cli
from bots.http.metrics import Exposition
from bots.wiring.intake import build_intake
from config.settings import load
from core.desk.posts import PostCustomer, PostNote
from storage.desk.tables import case_clocks, cases
from storage.engine.store import Store
from tests.hub.desk.day import Played, agents_words, moment, read
from tests.hub.desk.day_counts import Case
from tests.hub.desk.day_recount import Recount


@pytest.fixture
def day(store: Store) -> tuple[Played, Recount]:
    """Plays the day, and recounts it."""
    script = read()
    played = Played(store, script)
    played.play()
    return played, Recount(script)


def test_the_day_is_as_it_is_recounted(
    day: tuple[Played, Recount], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played, recount = day
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")  # away: the rows are the truth
    monkeypatch.setenv("DATABASE_URL", played.house.store.url.replace("+psycopg", ""))
    _operators_count(recount)
    _customers_heard(played, recount)
    _agents_saw(played, recount)
    _cases_are(played, recount)
    _clocks_counted(played, recount)


def _customers_heard(played: Played, recount: Recount) -> None:
    """Compares every word; below a question in SMS its choices are listed."""
    heard = {number: [(at, text.partition("\n1. ")[0]) for at, text in said] for number, said in played.heard.items()}
    assert heard == recount.heard
    answers = Counter(
        text for said in heard.values() for _, text in said if text.startswith(("Answer", "答复", "internal"))
    )
    assert set(answers.values()) == {1}
    notes = [line for line in played.script.lines if line.deed in ("notes", "mutters")]
    kept = {agents_words(line, "en").removeprefix("// ") for line in notes} - set(answers)
    assert len(kept) == 3
    assert not [text for said in heard.values() for _, text in said for note in kept if note in text]


def _agents_saw(played: Played, recount: Recount) -> None:
    assert played.whispers == [(at, f"U{who.upper()}", text) for at, who, text in recount.whispers]
    threads = [row.thread for row in played.house.rows(cases)]
    for case, thread in zip(recount.cases, threads, strict=True):
        mine = [(at, post) for at, root, post in played.posts if root == thread]
        notes = [(at, post.text, post.user, post.broadcast) for at, post in mine if isinstance(post, PostNote)]
        told = [(at, text, f"U{user.upper()}" if user else "", all_) for at, text, user, all_ in case.notes]
        assert sorted(notes) == sorted(told), case
        assert sum(isinstance(post, PostCustomer) for _, post in mine) == case.heard, case
    assert {root for _, root, _ in played.posts} <= set(threads)


def _cases_are(played: Played, recount: Recount) -> None:
    rows = played.house.rows(cases)
    for case, row in zip(recount.cases, rows, strict=True):
        owner = f"U{case.owner.upper()}" if case.owner else None
        ended = moment(case.ended) if case.ended is not None else None
        assert (row.state, row.claimed_by, row.topic) == (case.state, owner, case.topic), case
        assert (row.opened_at, row.resolved_at) == (moment(case.opened), ended), case
        assert (row.team, row.sla) == (case.team, case.sla), case
        assert (row.reason, row.priority) == (case.reason, case.priority), case


def _clocks_counted(played: Played, recount: Recount) -> None:
    for case, row in zip(recount.cases, played.house.rows(cases), strict=True):
        found = [each for each in played.house.rows(case_clocks) if each.case_id == row.id]
        kept = [(each.metric, each.started_at, each.state, each.ended_at) for each in found]
        counted = [
            (
                each.metric,
                moment(each.started),
                "breached" if each.is_late else each.state,
                moment(each.ended) if each.ended is not None else None,
            )
            for each in case.counts
        ]
        assert sorted(kept, key=str) == sorted(counted, key=str), case


def _operators_count(recount: Recount) -> None:
    """Compares what `doorstep cases` lists and what is scraped; what agents are told by `/desk report` they saw."""
    done = CliRunner().invoke(cli, ["cases", "list", "--state", "all", "--limit", "1000", "--json"])
    assert done.exit_code == 0, done.output
    listed = [(each["state"], each["breached"]) for each in json.loads(done.stdout)]
    assert listed == [(case.state, sorted(_late(case))) for case in recount.cases]
    intake = build_intake(load(os.environ))
    families = list(text_string_to_metric_families(Exposition(intake).text().decode()))
    intake.store.close()
    scraped = {
        sample.labels["state"]: sample.value
        for family in families
        if family.name == "doorstep_cases"
        for sample in family.samples
    }
    unresolved = Counter(case.state for case in recount.cases if not case.is_over)
    assert {state: number for state, number in scraped.items() if number} == unresolved


def _late(case: Case) -> set[str]:
    """Names what a case was late with, that an agent owes."""
    return {each.metric for each in case.counts if each.is_late or each.state == "breached"} & {
        "first",
        "next",
        "resolution",
    }
