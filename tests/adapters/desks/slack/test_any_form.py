"""Whatever a form asks for, and whoever is on an agent's page, Slack takes the view: its stand-in does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desks.slack.blocks.form import modal, options
from adapters.desks.slack.blocks.home import home_view
from core.desk.events import Pressed
from core.desk.forms import Field, Form, Option, Passage
from core.desk.home import LISTED, CaseLine, CaseList, Home, Numbers
from core.people.conversations import Priority
from sandbox.platforms.slack import blocks, views

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
# Of any length and any signs, as customers, stores and carriers write them.
WORDS = st.tuples(st.text(), st.integers(0, 900)).map(lambda made: made[0] * made[1])
IDS = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=60)
CHOICES = st.lists(st.builds(Option, IDS, WORDS), min_size=1, max_size=120, unique_by=lambda each: each.id)


@st.composite
def fields(draw: Any) -> Field:
    """Makes a field of any kind, with what fits it."""
    kind = draw(st.sampled_from(["line", "text", "choice", "search", "person", "date", "time"]))
    offered = tuple(draw(CHOICES)) if kind in ("choice", "search") else ()
    simple = {"person": "U0BEA00001", "date": "2026-12-02", "time": "09:00"}
    value = draw(st.sampled_from([each.id for each in offered])) if offered else simple.get(kind) or draw(WORDS)
    more = {"hint": draw(WORDS), "is_optional": draw(st.booleans()), "redraws": draw(st.booleans())}
    return Field(draw(IDS), draw(WORDS), kind, value, offered, **more)


ITEMS = st.lists(fields() | st.builds(Passage, WORDS), max_size=20, unique_by=lambda item: getattr(item, "id", item))
FORMS = st.builds(Form, IDS, IDS, WORDS, ITEMS.map(tuple), st.just("Send"))
LINES = st.builds(
    CaseLine,
    IDS,
    st.integers(1, 10**9),
    st.sampled_from(["asked_human", "no_such_reason"]) | WORDS,
    WORDS,
    WORDS,
    st.just(NOW),
    IDS,
    IDS,
    st.sampled_from(Priority),
)
LISTS = st.builds(
    lambda lines, more: CaseList(tuple(lines), len(lines) + more), st.lists(LINES, max_size=LISTED), st.integers(0, 999)
)


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_any_form_is_a_view_that_slack_takes(form: Form) -> None:
    taken(modal(form, Pressed("e", "C0DESK", "1.1", "1.1", "U0BEA", form.id, form.subject, NOW)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(Option, IDS, WORDS), max_size=150))
def test_any_options_of_a_search_are_taken(found: list[Option]) -> None:
    shown = options(tuple(found))
    if shown:
        select = {"type": "static_select", "action_id": "a", "options": shown}
        label = {"type": "plain_text", "text": "Which?"}
        blocks.check([{"type": "input", "label": label, "element": select}], blocks.VIEW_BLOCKS)


@settings(max_examples=40, deadline=None)
@given(LISTS, LISTS, LISTS, st.booleans())
def test_any_page_of_an_agent_is_a_view_that_slack_takes(
    mine: CaseList, unassigned: CaseList, due: CaseList, may_claim: bool
) -> None:
    numbers = Numbers(NOW, 4, 3, 2, 5, timedelta(minutes=12))
    taken(home_view(Home(mine, unassigned, due, numbers, is_away=False, may_claim=may_claim), {}))


def taken(view: dict[str, Any]) -> None:
    """Checks a view as the stand-in does when it is opened or published."""
    sent = json.loads(json.dumps(view))
    blocks.check(sent["blocks"], blocks.VIEW_BLOCKS)
    views._titles(sent)
