"""A campaign tells each recipient once, stops when it is told to or fails, and goes on where it was."""

from collections import Counter
from threading import Barrier, Thread

import pytest

from core.desk.posts import PostNote
from core.errors import Outcome, SendError
from core.people.addresses import Address
from hub.campaigns import making, running, steering
from hub.campaigns.making import CampaignRefused
from hub.notices import lifecycle
from storage.campaigns import campaigns
from storage.engine.store import Store
from storage.people.tables import customers
from tests.hub.campaigns.segmented import approved, begun, bought, counts, drafted, house, state
from tests.hub.house import House

MANY = 12


@pytest.fixture
def shop(store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    """Makes a shop with some customers, whom a campaign tells three at a time."""
    monkeypatch.setattr(running, "GROUP", 3)
    return house(store, MANY)


def look(made: House, id_: str) -> None:
    running.look(made.hub, id_, made.clock())


def steer(made: House, what: str, id_: str) -> None:
    with made.store.write() as conn:
        getattr(steering, what)(made.hub, conn, id_, "anna", made.clock())


def told(made: House) -> Counter[str]:
    return Counter(sending.to.value for sending in made.channels["sms"].sent)


def test_each_recipient_is_told_once_and_then_it_is_done(shop: House) -> None:
    id_ = begun(shop)
    look(shop, id_)
    assert counts(shop, id_) == {"told": MANY}
    assert state(shop, id_) == ("running", "")
    assert len(shop.texts("sms")) == MANY
    look(shop, id_)
    assert state(shop, id_) == ("done", "")
    look(shop, id_)
    assert shop.texts("sms") == []
    assert [key.rpartition(":")[0] for key, _, _ in shop.notices()] == [f"campaign:{id_}"] * MANY


def test_it_tells_no_more_at_once_than_may_wait(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_AHEAD", 4)
    monkeypatch.setattr(running, "MOST_AHEAD", 7)
    id_ = begun(shop)
    found = []
    while state(shop, id_)[0] == "running":
        look(shop, id_)
        found.append(len(shop.texts("sms")))
    assert found == [4, 7, 1, 0]


def test_a_pause_stops_what_is_queued_and_resuming_tells_the_rest(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_AHEAD", 5)
    id_ = begun(shop)
    look(shop, id_)
    steer(shop, "pause", id_)
    assert state(shop, id_) == ("paused", "by_hand")
    look(shop, id_)
    assert shop.texts("sms") == []
    shop.later(hours=2)
    assert shop.texts("sms") == []
    steer(shop, "resume", id_)
    assert len(shop.texts("sms")) == 5
    look(shop, id_)
    assert len(shop.texts("sms")) == MANY - 5
    look(shop, id_)
    assert state(shop, id_) == ("done", "")


def test_a_message_that_was_picked_before_the_pause_waits_as_well(shop: House) -> None:
    id_ = begun(shop)
    look(shop, id_)
    with shop.store.write() as conn:  # without what the pause does to the outbox
        campaigns.change(conn, id_, state="paused")
    assert shop.texts("sms") == []
    assert {(reason, kept) for _, kept, reason in shop.notices()} == {("campaign_paused", "held")}
    steer(shop, "resume", id_)
    lifecycle.release(shop.hub)
    assert len(shop.texts("sms")) == MANY


def test_a_cancelled_campaign_sends_nothing_more(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_AHEAD", 5)
    id_ = begun(shop)
    look(shop, id_)
    steer(shop, "cancel", id_)
    look(shop, id_)
    assert shop.texts("sms") == []
    assert {(kept, reason) for _, kept, reason in shop.notices()} == {("skipped", "campaign_cancelled")}
    assert counts(shop, id_) == {"told": 5, "queued": MANY - 5}
    for what in ("resume", "pause", "cancel", "begin"):
        with pytest.raises(CampaignRefused, match="was cancelled"):
            steer(shop, what, id_)
    lifecycle.release(shop.hub)
    assert shop.texts("sms") == []


def test_a_group_that_is_being_planned_while_it_is_cancelled_is_not_told(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = begun(shop)
    plan = running.plan_group

    def cancelled_meanwhile(*arguments: object) -> object:
        planned = plan(*arguments)  # type: ignore[arg-type]
        steer(shop, "cancel", id_)
        return planned

    monkeypatch.setattr(running, "plan_group", cancelled_meanwhile)
    look(shop, id_)
    assert shop.notices() == []


def test_a_process_that_dies_in_a_group_leaves_nothing_of_it(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = begun(shop)
    with monkeypatch.context() as broken:
        broken.setattr("hub.campaigns.running.recipients.mark", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(shop, id_)
    assert shop.notices() == []
    assert counts(shop, id_) == {"queued": MANY}
    look(shop, id_)
    assert len(shop.texts("sms")) == MANY


def test_two_processes_tell_each_recipient_once(shop: House) -> None:
    id_ = begun(shop)
    start = Barrier(2)

    def work() -> None:
        start.wait()
        look(shop, id_)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shop.notices()) == MANY
    shop.send()
    assert set(told(shop).values()) == {1}
    assert len(told(shop)) == MANY


def test_too_many_failures_pause_it_and_the_desk_is_told(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_AHEAD", 6)
    monkeypatch.setattr(running, "STOP_AFTER", 5)
    shop.channels["sms"].script.extend([SendError(Outcome.CONTENT_REJECTED, "30007")] * MANY)
    id_ = begun(shop)
    look(shop, id_)
    shop.send()
    assert [kept for _, kept, _ in shop.notices()] == ["failed"] * 6
    look(shop, id_)
    assert state(shop, id_) == ("paused", "errors")
    assert counts(shop, id_) == {"told": 6, "queued": MANY - 6}
    assert [post.text for post in shop.posts() if isinstance(post, PostNote)] == [
        f":warning: Campaign {id_} is paused: 6 of its last 6 messages failed."
    ]
    shop.later(minutes=1)
    shop.channels["sms"].script.clear()
    steer(shop, "resume", id_)  # what failed before does not count any more
    look(shop, id_)
    assert len(shop.texts("sms")) == MANY - 6


def test_a_stop_is_obeyed_between_planning_and_sending(shop: House) -> None:
    id_ = begun(shop)
    look(shop, id_)
    shop.hear("STOP", to=Address("sms", "main", "+447911200003"))
    assert Counter(shop.texts("sms")).most_common(1)[0][1] == MANY - 1
    assert Counter(kept for _, kept, _ in shop.notices()) == {"sent": MANY - 1, "skipped": 1}


def test_who_turned_out_to_be_another_recipient_is_told_once(shop: House) -> None:
    id_ = begun(shop)
    ids = [row.id for row in shop.rows(customers)]
    with shop.store.write() as conn:
        conn.execute(customers.update().where(customers.c.id == ids[0]).values(merged_into=ids[-1]))
    look(shop, id_)
    assert counts(shop, id_) == {"told": MANY - 1, "merged": 1}
    assert len(shop.texts("sms")) == MANY - 1


def test_who_agreed_to_nothing_is_skipped_with_the_reason(shop: House) -> None:
    bought(shop, 99, marketing=False)
    id_ = begun(shop)
    look(shop, id_)
    assert Counter((kept, reason) for _, kept, reason in shop.notices()) == {
        ("queued", ""): MANY,
        ("skipped", "no_consent"): 1,
    }


def test_a_scheduled_campaign_begins_at_its_time(shop: House) -> None:
    id_ = approved(shop, at=shop.clock.time.replace(hour=17))
    assert state(shop, id_) == ("scheduled", "")
    shop.clock.time = shop.clock.time.replace(hour=17, minute=1)
    look(shop, id_)
    assert len(shop.texts("sms")) == MANY


def test_one_whose_latest_start_is_over_is_never_begun(shop: House) -> None:
    id_ = approved(shop, at=shop.clock.time.replace(hour=16))
    shop.clock.time = shop.clock.time.replace(hour=17, minute=1)
    look(shop, id_)
    assert state(shop, id_) == ("late", "")
    assert [post.text for post in shop.posts() if isinstance(post, PostNote)] == [
        f":warning: Campaign {id_} was not begun: its latest start is over."
    ]
    with pytest.raises(CampaignRefused, match="was not begun before its latest start, 2026-12-02 17:00"):
        steer(shop, "begin", id_)
    assert shop.texts("sms") == []


def test_nobody_approves_their_own_and_nothing_runs_without_an_approval(shop: House) -> None:
    id_ = drafted(shop).id
    with pytest.raises(CampaignRefused, match="not approved yet: somebody other than anna"):
        steer(shop, "begin", id_)
    for name, also in (("Anna ", ()), ("U0ANNA", ("anna",))):
        with shop.store.write() as conn, pytest.raises(CampaignRefused, match="another person approves it"):
            steering.approve(shop.hub, conn, id_, name, shop.clock(), also=also)
    with shop.store.write() as conn:
        steering.approve(shop.hub, conn, id_, "ben", shop.clock())
    with shop.store.write() as conn, pytest.raises(CampaignRefused, match="is approved and was not begun"):
        steering.approve(shop.hub, conn, id_, "carl", shop.clock())


def test_who_comes_into_the_segment_later_is_not_told(shop: House) -> None:
    id_ = begun(shop)
    bought(shop, 99)
    look(shop, id_)
    assert len(shop.texts("sms")) == MANY


def test_the_held_out_are_told_nothing_and_always_the_same(shop: House) -> None:
    id_ = begun(shop, hold_out=50)
    look(shop, id_)
    found = counts(shop, id_)
    assert sum(found.values()) == MANY
    ids = [row.id for row in shop.rows(customers)]
    assert sum(making.is_held_out(id_, each, 50) for each in ids) == found.get("held_out", 0)


def test_news_that_are_not_true_of_a_recipient_are_skipped(shop: House) -> None:
    id_ = begun(shop, kind="birthday", segment="all")
    look(shop, id_)
    assert {(kept, reason) for _, kept, reason in shop.notices()} == {("skipped", "not_true")}


def test_a_holiday_cutoff_goes_to_a_segment_as_well(shop: House) -> None:
    bought(shop, 50, country="AQ")
    id_ = begun(shop, kind="holiday_cutoff", segment="all")
    look(shop, id_)
    assert Counter(reason for _, _, reason in shop.notices()) == {"": MANY, "no_delivery": 1}
    assert ["Christmas" in text for text in shop.texts("sms")] == [True] * MANY


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"kind": "winback"}, "did you mean 'win_back'?"),
        ({"kind": "shipped"}, "shipped is news of one parcel, nothing to tell a segment"),
        ({"template": "winback"}, "templates.yaml has no winback"),
        ({"hold_out": 95}, "expected 0 to 90 percent"),
    ],
)
def test_what_cannot_be_made_is_refused(shop: House, wanted: dict[str, object], words: str) -> None:
    with pytest.raises(CampaignRefused, match=words):
        drafted(shop, **wanted)  # type: ignore[arg-type]


def test_nothing_is_approved_for_nobody(shop: House) -> None:
    with pytest.raises(CampaignRefused, match="nobody is in the segment"):
        approved(shop, segment="customer.tier == 'vip'")
