"""The states of a delivery (N8)."""

from __future__ import annotations

import pytest

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.rules.states import LEFT, PENDING, SETTLED, TRANSITIONS, may_become

S = DeliveryState
FINAL = {S.SENT, S.CANCELLED, S.READ_FIRST, S.SUPPRESSED}


def test_every_state_has_its_ways_and_every_way_a_state() -> None:  # N8
    assert set(TRANSITIONS) == set(S)
    reached = {S.WAITING}
    while more := {after for state in reached for after in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(S)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_done_is_done(state: DeliveryState) -> None:  # N8: nothing is sent twice
    assert not TRANSITIONS[state]


def test_nothing_is_sent_but_by_leaving() -> None:  # N8, N14
    assert {state for state in S if may_become(state, S.SENT)} == {S.SENDING, S.UNKNOWN}
    assert {state for state in S if may_become(state, S.SENDING)} == PENDING
    assert {state for state in S if may_become(state, S.UNKNOWN)} == {S.SENDING}


def test_what_has_left_is_not_taken_back() -> None:  # V4, N5, N6, N12
    for state in LEFT:
        for after in (S.CANCELLED, S.READ_FIRST, S.SUPPRESSED, S.HELD):
            assert not may_become(state, after)
    for state in PENDING:
        for after in (S.CANCELLED, S.READ_FIRST, S.SUPPRESSED, S.HELD):
            assert may_become(state, after)


def test_an_unknown_is_decided_by_a_person_or_by_its_late_answer() -> None:  # N8
    assert TRANSITIONS[S.UNKNOWN] == {S.SENT, S.RETRYING, S.WAITING, S.FAILED}


def test_what_is_held_waits_for_a_person() -> None:  # N13, V4, N12
    assert TRANSITIONS[S.HELD] == {S.WAITING, S.RETRYING, S.CANCELLED, S.SUPPRESSED}


def test_a_failed_one_can_be_tried_again_and_nothing_else() -> None:  # N14
    assert TRANSITIONS[S.FAILED] == {S.WAITING, S.RETRYING}


def test_the_sets_tell_the_states_apart() -> None:  # N8
    assert not PENDING & SETTLED
    assert not PENDING & LEFT
    assert {S.SENT} == LEFT & SETTLED
    assert set(S) - PENDING - SETTLED - LEFT == {S.HELD}
    assert FINAL < SETTLED
    assert {S.FAILED} == SETTLED - FINAL
