"""A campaign at the desk: shown with its preview, approved by another person, run, followed in one message."""

import dataclasses

import pytest

from core.desk.events import Command, Pressed
from core.desk.posts import PostCampaign, PostEphemeral
from hub.campaigns import making, running
from hub.campaigns.making import Wanted
from storage.campaigns.tables import campaigns
from storage.engine.store import Store
from tests.fakes import PLACE, staff
from tests.hub.campaigns.segmented import SEGMENT, house, state
from tests.hub.house import ANNA, BEN, GUEST, House


@pytest.fixture
def shop(store: Store) -> House:
    """Makes a shop with three customers."""
    return house(store, 3)


def drafted(made: House, by: str = ANNA) -> str:
    campaign = making.create(made.hub, Wanted("win_back", SEGMENT, by))
    making.freeze(made.hub, campaign.id)
    return campaign.id


def asks(made: House, words: str, user: str = BEN) -> PostEphemeral:
    made.act(Command(made.fresh("cmd"), PLACE, user, words, made.clock()))
    (said,) = made.ephemerals()
    return said


def presses(made: House, what: str, id_: str, user: str = BEN) -> str:
    pressed = Pressed(made.fresh("ev"), PLACE, "", made.fresh("ts"), user, f"campaign_{what}", id_, made.clock())
    made.act(pressed)
    (said,) = (post for post in made.posts() if isinstance(post, PostEphemeral))
    return said.text


def test_it_is_shown_with_counts_cost_words_and_a_button(shop: House) -> None:
    id_ = drafted(shop)
    said = asks(shop, f"campaign {id_}")
    assert f"Campaign {id_}: draft, made by {ANNA}" in said.text
    assert "Recipients: all 3 · to come 3" in said.text
    assert "send 3" in said.text
    assert "Channels: sms 3" in said.text
    assert "Estimated cost: " in said.text
    assert "sms in en:\n" in said.text
    assert [(button.label, button.value) for button in said.buttons] == [("Approve", id_)]


def test_what_nobody_made_is_said(shop: House) -> None:
    assert "there is no campaign win_back-0000" in asks(shop, "campaign win_back-0000").text
    assert "/desk campaign ID" in asks(shop, "campaign").text


def test_another_person_approves_and_runs_it(shop: House) -> None:
    id_ = drafted(shop)
    assert "another person approves it" in presses(shop, "approve", id_, user=ANNA)
    assert "Only full members" in presses(shop, "approve", id_, user=GUEST)
    assert presses(shop, "approve", id_) == f"Campaign {id_} is approved now."
    assert presses(shop, "run", id_) == f"Campaign {id_} is running now."
    assert presses(shop, "pause", id_) == f"Campaign {id_} is paused now."
    assert presses(shop, "resume", id_) == f"Campaign {id_} is running now."
    assert "runs already" in presses(shop, "run", id_)


def test_whoever_made_it_by_their_name_does_not_approve_it(shop: House) -> None:
    id_ = drafted(shop, by=shop.hub.user(BEN).name)
    assert "another person approves it" in presses(shop, "approve", id_)


def test_an_agent_looks_at_it_and_a_lead_approves_it(shop: House) -> None:
    id_ = drafted(shop, by="cli")
    folder = shop.hub.shelf.now
    shop.hub.shelf.now = dataclasses.replace(folder, agents=staff(**{ANNA: "warehouse", BEN: "lead"}))
    assert f"Campaign {id_}: draft" in asks(shop, f"campaign {id_}", ANNA).text
    assert presses(shop, "approve", id_, ANNA).startswith("You may not approve campaigns")
    assert presses(shop, "run", id_, ANNA).startswith("You may not start or stop campaigns")
    assert presses(shop, "approve", id_) == f"Campaign {id_} is approved now."


def test_a_button_of_earlier_says_so(shop: House) -> None:
    assert "no longer in use" in presses(shop, "praise", drafted(shop))


def test_one_message_says_how_far_it_is(shop: House) -> None:
    id_ = drafted(shop)
    presses(shop, "approve", id_)
    presses(shop, "run", id_)
    card = shop.row(campaigns).card
    assert card
    shop.desk.posts.clear()
    running.look(shop.hub, id_, shop.clock())
    shop.send()
    running.look(shop.hub, id_, shop.clock())
    posts = [post for post in shop.posts() if isinstance(post, PostCampaign)]
    assert "Messages: sent 3" in posts[-1].text
    assert state(shop, id_) == ("done", "")
    assert shop.row(campaigns).card == card
