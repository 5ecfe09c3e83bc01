"""The questions before a send, an unlock, an addition, with their figures (A5, A6, L3, N4, S3)."""

from __future__ import annotations

import pytest

from msgcenter_tui.domain import Reach, ThreadKind
from msgcenter_tui.rules.asking import add_person, must_ask, notified, number_to_type, to_send, to_unlock

ALL, TEAM, DIRECT = ThreadKind.ALL_CLIENTS, ThreadKind.ALL_TEAM, ThreadKind.DIRECT
REACH = Reach(people=398, email=390, sms=18, portal_only=9, unreachable=5)


def test_every_message_to_all_clients_is_asked_about() -> None:  # S3
    assert to_send(ALL, "Bright Beginnings", REACH, locked=True, exposed=0) == (
        "Send to All Clients of Bright Beginnings? 398 people will be notified (390 by e-mail, 18 by SMS), "
        "9 find it in the portal only, 5 are reached by nothing."
    )
    assert to_send(ALL, "Bright Beginnings", REACH, locked=True, exposed=0, follow_up=True) == (
        "Send a follow-up to All Clients of Bright Beginnings? 398 people will be notified (390 by e-mail, 18 by SMS), "
        "9 find it in the portal only, 5 are reached by nothing."
    )


@pytest.mark.parametrize(
    ("exposed", "sentence"),
    [
        (34, "34 clients will see each other's names and replies, and everyone who joins later."),
        (1, "1 client and everyone who joins later will see each other's names and replies."),
        (0, "Everyone who joins later will see each other's names and replies."),
    ],
)
def test_sending_unlocked_says_who_learns_whose_name(exposed: int, sentence: str) -> None:  # L3
    for follow_up in (False, True):
        question = to_send(ALL, "Bright Beginnings", REACH, locked=False, exposed=exposed, follow_up=follow_up)
        assert question is not None
        assert question.endswith(f"5 are reached by nothing. {sentence}")


def test_a_direct_thread_with_more_than_one_client_is_asked_about_once() -> None:  # L3
    reach = Reach(people=2, email=2, portal_only=1)
    assert to_send(DIRECT, "Bright Beginnings", reach, locked=False, exposed=3) == (
        "Send to 3 clients in one conversation? 3 clients will see each other's names and replies, and everyone who is "
        "added later. 2 people will be notified (2 by e-mail), 1 finds it in the portal only."
    )
    assert to_send(DIRECT, "x", reach, locked=False, exposed=3, follow_up=True) is None
    assert to_send(DIRECT, "x", reach, locked=False, exposed=0) is None


def test_nothing_else_is_asked_about() -> None:  # S3, L3
    assert to_send(TEAM, "Bright Beginnings", REACH, locked=False, exposed=0) is None
    assert must_ask(ALL, clients=0)
    assert must_ask(ALL, clients=0, follow_up=True)
    assert not must_ask(TEAM, clients=0)
    assert not must_ask(DIRECT, clients=1)
    assert must_ask(DIRECT, clients=2)


def test_an_empty_audience_is_said() -> None:  # A6
    question = to_send(ALL, "New Team", Reach(), locked=True, exposed=0)
    assert question == (
        "Send to All Clients of New Team? Nobody is notified: there is nobody in it today. "
        "Whoever joins later will see it."
    )


@pytest.mark.parametrize(
    ("reach", "sentence"),
    [
        (
            Reach(1, 1, 0, 1, 1),
            "1 person will be notified (1 by e-mail), 1 finds it in the portal only, 1 is reached by nothing.",
        ),
        (Reach(1, 0, 1), "1 person will be notified (1 by SMS)."),
        (Reach(0, 0, 0, 9, 0), "Nobody will be notified, 9 find it in the portal only."),
        (Reach(0, 0, 0, 0, 2), "Nobody will be notified, 2 are reached by nothing."),
        (Reach(100_000, 99_000, 1_500), "100,000 people will be notified (99,000 by e-mail, 1,500 by SMS)."),
    ],
)
def test_the_figures_are_said_in_good_english(reach: Reach, sentence: str) -> None:  # N4, S3
    assert notified(reach) == sentence


def test_unlocking_says_who_learns_whose_name_and_who_is_notified() -> None:  # L3, S3
    assert to_unlock(ALL, "Bright Beginnings", REACH, 371) == (
        "Unlock this thread to All Clients of Bright Beginnings? 371 clients will see each other's names and replies, "
        "and everyone who joins later. By each reply: 398 people will be notified (390 by e-mail, 18 by SMS), "
        "9 find it in the portal only, 5 are reached by nothing."
    )
    question = to_unlock(DIRECT, "Bright Beginnings", Reach(2, 2), 2)
    assert question.startswith(
        "Unlock this thread? 2 clients will see each other's names and replies, and everyone who"
    )
    assert "each other's" not in to_unlock(DIRECT, "Bright Beginnings", Reach(1, 1), 0)


def test_adding_somebody_says_that_they_see_it_all() -> None:  # A5, L3
    assert add_person("Cora Lin", 12, 1) == (
        "Add Cora Lin to this thread? They will see its whole history, from message 1 to 12."
    )
    assert add_person("Cora Lin", 1, 2) == (
        "Add Cora Lin to this thread? They will see its whole history, from its first message on. "
        "2 clients will see each other's names and replies, and everyone who is added later."
    )


@pytest.mark.parametrize(
    ("reach", "number"),
    [(REACH, 407), (Reach(people=100), None), (Reach(people=101), 101), (Reach(people=90, portal_only=11), 101)],
)
def test_for_more_than_a_hundred_their_number_is_typed(reach: Reach, number: int | None) -> None:  # S3
    assert number_to_type(ALL, reach) == number
    assert number_to_type(TEAM, reach) is None
    assert number_to_type(DIRECT, reach) is None
