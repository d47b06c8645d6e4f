"""Tests that the three tracks and the one list of states say the same."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shop.return_tracks import (
    HERE,
    UNDECIDED,
    Approval,
    Logistics,
    Settlement,
    Tracks,
    of_record,
    state_of,
    told_tracks,
    tracks_of,
    with_tracks,
)
from core.shop.returns import ReturnRecord, ReturnState

TRACKS = st.builds(
    Tracks, st.sampled_from(list(Approval)), st.sampled_from(list(Logistics)), st.sampled_from(list(Settlement))
)
STATES = st.sampled_from(list(ReturnState))
APPROVED = Approval.APPROVED


@pytest.mark.parametrize("state", list(ReturnState))
def test_each_state_stands_for_tracks_that_read_as_it(state: ReturnState) -> None:
    assert state_of(tracks_of(state)) is state


@pytest.mark.parametrize(
    ("tracks", "state"),
    [
        (Tracks(Approval.NEEDS_REVIEW), "requested"),
        (Tracks(Approval.EXPIRED), "cancelled"),
        (Tracks(APPROVED, Logistics.ARRIVED), "received"),
        (Tracks(APPROVED, Logistics.PARTIALLY_RECEIVED), "received"),
        (Tracks(APPROVED, Logistics.NOT_RETURNED), "cancelled"),
        (Tracks(APPROVED, Logistics.INSPECTED, Settlement.AWAITING_APPROVAL), "inspected"),
        (Tracks(APPROVED, Logistics.INSPECTED, Settlement.FAILED), "inspected"),
        (Tracks(APPROVED, Logistics.INSPECTED, Settlement.WAIVED), "completed"),
        (Tracks(APPROVED, Logistics.NONE, Settlement.SETTLED), "completed"),  # the customer keeps it
        (Tracks(APPROVED, Logistics.IN_TRANSIT, Settlement.SETTLED), "in_transit"),  # paid before it came
    ],
)
def test_how_tracks_read(tracks: Tracks, state: str) -> None:
    assert state_of(tracks) == state


@given(TRACKS, STATES)
def test_a_told_state_is_what_the_tracks_read_as_then(known: Tracks, state: ReturnState) -> None:
    assert state_of(tracks_of(state, known)) is state


@given(TRACKS)
def test_a_state_that_is_known_changes_no_track(known: Tracks) -> None:
    assert tracks_of(state_of(known), known) == known


def test_a_told_state_takes_no_more_back_than_it_must() -> None:
    known = Tracks(APPROVED, Logistics.LABEL_SENT, Settlement.QUOTED)
    assert tracks_of(ReturnState.RECEIVED, known) == Tracks(APPROVED, Logistics.RECEIVED, Settlement.QUOTED)
    assert tracks_of(ReturnState.COMPLETED, Tracks(APPROVED, Logistics.INSPECTED, Settlement.PROCESSING)) == Tracks(
        APPROVED, Logistics.INSPECTED, Settlement.SETTLED
    )


@given(TRACKS, STATES)
def test_tracks_that_are_told_beside_a_state_win(told: Tracks, state: ReturnState) -> None:
    record = msgspec.structs.replace(with_tracks(_record(), told), state=state)
    assert told_tracks(record, None) == told


@given(TRACKS)
def test_a_record_keeps_its_tracks_and_says_their_state(tracks: Tracks) -> None:
    record = with_tracks(_record(), tracks)
    assert (of_record(record), record.state) == (tracks, state_of(tracks))


@given(TRACKS)
def test_nothing_is_received_before_it_is_approved(tracks: Tracks) -> None:
    """The customer never reads that goods are here, or paid, of a return that nobody granted."""
    state = state_of(tracks)
    assert tracks.approval not in UNDECIDED or state is ReturnState.REQUESTED
    assert state not in (ReturnState.RECEIVED, ReturnState.INSPECTED) or tracks.logistics in HERE


def _record() -> ReturnRecord:
    return ReturnRecord("R1001-1", "1001", ReturnState.REQUESTED)
