"""Tests that a pinned flow goes on in the version in which it began, also after a restart."""

from pathlib import Path

import pytest

from flows.engine.advance import Turn
from flows.engine.events import Opened
from flows.engine.flowset import FlowSet
from flows.loading.earlier import with_earlier
from tests.flows.engine.test_advance import load, play, texts

FLOW = """\
  terms:
    version_policy: {policy}
    steps:
      - collect: quantity
      - utter: {said}
"""
SLOTS = "  quantity: {type: int}\n"
SAID = 'utter_before: "Before."\nutter_now: "Now."\n'


def loaded(folder: Path, policy: str, said: str, texts_: str = SAID) -> FlowSet:
    return with_earlier(load(folder, FLOW.format(policy=policy, said=said), SLOTS, texts_), folder / "versions")


@pytest.mark.parametrize(("policy", "said"), [("pin", "Before."), ("migrate", "Now.")])
def test_what_runs_goes_on_in_its_version(tmp_path: Path, policy: str, said: str) -> None:
    began: Turn = play(loaded(tmp_path, policy, "utter_before"), Opened("terms"))
    changed = loaded(tmp_path, policy, "utter_now")
    assert texts(play(changed, "2", session=began.session)) == [said]
    assert texts(play(changed, Opened("terms"), "2")) == ["Now."]


def test_a_version_that_names_what_is_gone_is_left_out(tmp_path: Path) -> None:
    began = play(loaded(tmp_path, "pin", "utter_before"), Opened("terms"))
    changed = loaded(tmp_path, "pin", "utter_now", 'utter_now: "Now."\n')
    assert changed.earlier == {}
    assert texts(play(changed, "2", session=began.session)) == ["Now."]


def test_a_version_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    flows = loaded(tmp_path, "pin", "utter_before")
    (tmp_path / "versions" / "terms-0.json").write_text("{", encoding="utf-8")
    assert with_earlier(flows, tmp_path / "versions").earlier == {}


def test_nothing_is_kept_where_nothing_is_pinned(tmp_path: Path) -> None:
    loaded(tmp_path, "migrate", "utter_now")
    assert not (tmp_path / "versions").exists()
