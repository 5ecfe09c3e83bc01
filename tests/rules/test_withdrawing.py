"""What a withdrawal did, in words; and what a portal of another time is called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from msgcenter_tui.domain import NOBODY, Actor, Eyes, PersonId, PersonKind, Status, Withdrawn, WorkspaceId
from msgcenter_tui.rules import views, withdrawing


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Withdrawn(398, 240, 158, 371), "240 of 398 notifications had left; 158 were cancelled; gone from 371 portals"),
        (Withdrawn(2, 0, 2, 1), "none of 2 notifications had left; 2 were cancelled; gone from 1 portal"),
        (Withdrawn(2, 2, 0, 0), "all 2 notifications had left; gone from every list"),
        (Withdrawn(1, 1, 0, 3), "the only notification had left; gone from 3 portals"),
        (Withdrawn(0, 0, 0, 1200), "nothing had left; gone from 1,200 portals"),
    ],
)
def test_what_was_stopped_and_what_had_left(done: Withdrawn, words: str) -> None:  # V4
    assert withdrawing.told(done) == words


@pytest.mark.parametrize(
    ("eyes", "at", "place", "words"),
    [
        (None, "", "", ""),
        (Eyes(at=datetime(2025, 11, 12, tzinfo=UTC)), "12 Nov 2025 09:00", "", "Ana as of 12 Nov 2025 09:00"),
        (Eyes(status=Status.INACTIVE), "", "", "if Ana were Inactive"),
        (Eyes(status=Status.LEAD, portal=True), "today 08:00", "X",
         "Ana as of today 08:00, if Lead, in X, with the portal on"),
    ],
)  # fmt: skip
def test_nobody_takes_it_for_the_portal_of_now(eyes: Eyes | None, at: str, place: str, words: str) -> None:  # P3
    ana = Actor(PersonId("p7"), PersonKind.CLIENT, "Ana", viewing=True, eyes=eyes)
    assert views.called(ana, at, place) == words


def test_an_imagined_client_is_called_so() -> None:  # P3
    eyes = Eyes(status=Status.LEAD, portal=True, workspace=WorkspaceId("w1"))
    new = Actor(NOBODY, PersonKind.CLIENT, "New Client", viewing=True, eyes=eyes)
    assert views.called(new, "", "Bright Beginnings") == "a client who joins today (Lead, Bright Beginnings)"
