"""Tests the action loop: what an action's error leads to, and that it always ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.messages.pieces import Referral
from flows.engine.actions import ACTIONS, Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Effect, Handoff, RecordProofAttempt, RunAction, Say
from flows.engine.events import Opened, UserMessage
from flows.engine.loop import converse
from flows.engine.session import Session, new_session
from flows.loading.loader import LIBRARY, load_flows
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
FLOWS = """\
flows:
  pointing:
    steps:
      - collect: order_number
      - action: point_for_test
        args: {quoted: message.quoted}
      - handoff: pointed
        if: message.quoted == 'the left one'
  coming:
    steps:
      - collect: order_number
      - handoff: by_the_sale
        if: message.came_by.id == '1202' and 'image' in message.kinds and 'Hats' in message.shared
  faulty:
    steps:
      - action: fail_for_test
        on_error: {handoff: broken}
  circle:
    steps:
      - id: again
        action: guess_for_test
        next: again
"""


class Away(Exception):
    """Something that is not the action's fault."""


@pytest.fixture(autouse=True)
def actions() -> Iterator[None]:
    @action("fail_for_test")
    def fail(ctx: ActionContext) -> Result:
        raise Away(ctx.address.value)

    @action("guess_for_test")
    def guess(ctx: ActionContext) -> Result:
        return Result(ctx.store.wrong_attempts("1", ctx.now)[0], (RecordProofAttempt("1", False),))

    @action("point_for_test")
    def point(ctx: ActionContext, quoted: str) -> Result:
        return Result(effects=(RecordProofAttempt(quoted, True),))

    yield
    for name in ("fail_for_test", "guess_for_test", "point_for_test"):
        del ACTIONS[name]


def run(flow: str, tmp_path: Path, faults: tuple[type[Exception], ...] = ()) -> tuple[Session, list[Effect]]:
    (tmp_path / "flows.yaml").write_text(FLOWS)
    flows = load_flows([*LIBRARY, tmp_path / "flows.yaml"], settings=Policies().settings())
    chat = Chat(flows, MemoryStore([]), "whatsapp", "en", NOW)
    performed: list[Effect] = []
    session = converse(flows, new_session("en"), Opened(flow), lambda: chat.context, performed.append, faults)
    return session, performed


def test_an_error_goes_the_flow_s_own_way(tmp_path: Path) -> None:
    session, performed = run("faulty", tmp_path)
    assert [effect.reason for effect in performed if isinstance(effect, Handoff)] == ["broken"]
    assert session.idle


def test_a_fault_that_the_caller_names_is_the_caller_s(tmp_path: Path) -> None:
    with pytest.raises(Away):
        run("faulty", tmp_path, faults=(Away,))


def test_a_circle_of_actions_ends_with_an_apology_and_a_person(tmp_path: Path) -> None:
    session, performed = run("circle", tmp_path)
    assert sum(isinstance(effect, RecordProofAttempt) for effect in performed) == 50
    assert [effect.key for effect in performed if isinstance(effect, Say)] == ["utter_internal_error"]
    assert [effect.reason for effect in performed if isinstance(effect, Handoff)] == ["internal_error"]
    assert not any(isinstance(effect, RunAction) for effect in performed)
    assert session.idle


@pytest.mark.parametrize(("quoted", "reasons"), [("the left one", ["pointed"]), ("", [])])
def test_what_a_message_points_at_is_known_for_the_whole_turn(tmp_path: Path, quoted: str, reasons: list[str]) -> None:
    (tmp_path / "flows.yaml").write_text(FLOWS)
    flows = load_flows([*LIBRARY, tmp_path / "flows.yaml"], settings=Policies().settings())
    chat = Chat(flows, MemoryStore([]), "whatsapp", "en", NOW)
    chat.open("pointing")
    performed = chat.say("1001", quoted=quoted)
    assert [effect.order_number for effect in performed if isinstance(effect, RecordProofAttempt)] == [quoted]
    assert [effect.reason for effect in performed if isinstance(effect, Handoff)] == reasons


@pytest.mark.parametrize(("came_by", "reasons"), [(Referral("ad", id="1202"), ["by_the_sale"]), (None, [])])
def test_a_flow_reads_what_brought_the_customer_and_what_they_shared(
    tmp_path: Path, came_by: Referral | None, reasons: list[str]
) -> None:
    (tmp_path / "flows.yaml").write_text(FLOWS)
    flows = load_flows([*LIBRARY, tmp_path / "flows.yaml"], settings=Policies().settings())
    chat = Chat(flows, MemoryStore([]), "whatsapp", "en", NOW)
    chat.open("coming")
    performed = chat.send(UserMessage("1001", attachments=("image",), shared="🔗 post: Hats", came_by=came_by))
    assert [effect.reason for effect in performed if isinstance(effect, Handoff)] == reasons
