"""Who may write in a thread (L1, L2, P1, P3, V7)."""

from __future__ import annotations

import itertools

import pytest

from msgcenter_tui.domain import ThreadKind, ThreadState
from msgcenter_tui.rules.writing import EVERYONE_SEES, REPLIES_OFF, locked_at_first, notice, why_not_write

LIVE = ThreadState.LIVE


@pytest.mark.parametrize("kind", ThreadKind)
@pytest.mark.parametrize("is_client", [True, False])
def test_in_a_locked_thread_only_its_owner_writes(kind: ThreadKind, is_client: bool) -> None:  # L1
    def why(*, locked: bool, is_owner: bool) -> str:
        return why_not_write(kind=kind, state=LIVE, locked=locked, is_owner=is_owner, is_client=is_client)

    assert "Replies are off" in why(locked=True, is_owner=False)
    assert why(locked=True, is_owner=True) == ""
    assert why(locked=False, is_owner=False) == ""


def test_the_portal_says_that_replies_are_off() -> None:  # L1
    why = why_not_write(kind=ThreadKind.ALL_CLIENTS, state=LIVE, locked=True, is_owner=False, is_client=True)
    assert why == REPLIES_OFF == "Replies are off for this announcement."


def test_who_views_a_portal_sees_the_same_and_cannot_write() -> None:  # P1, P3
    for kind, locked in itertools.product(ThreadKind, (True, False)):
        client = why_not_write(kind=kind, state=LIVE, locked=locked, is_owner=False, is_client=True)
        viewer = why_not_write(kind=kind, state=LIVE, locked=locked, is_owner=False, is_client=True, viewing=True)
        assert viewer
        assert viewer == client or not client


@pytest.mark.parametrize("state", [ThreadState.DELETED, ThreadState.UNDONE])
def test_nobody_writes_in_a_deleted_thread(state: ThreadState) -> None:  # V4
    for kind, locked in itertools.product(ThreadKind, (True, False)):
        assert why_not_write(kind=kind, state=state, locked=locked, is_owner=True, is_client=False)


def test_a_client_is_told_who_sees_a_reply_before_writing_it() -> None:  # V7
    assert EVERYONE_SEES == "Everyone in this conversation sees your name and your reply."
    assert notice(ThreadKind.ALL_CLIENTS, locked=False, is_client=True) == EVERYONE_SEES
    assert notice(ThreadKind.ALL_CLIENTS, locked=True, is_client=True) == ""  # there is no reply box
    assert notice(ThreadKind.ALL_CLIENTS, locked=False, is_client=False) == ""
    assert notice(ThreadKind.DIRECT, locked=False, is_client=True) == ""


def test_an_announcement_to_all_clients_is_locked_at_first() -> None:  # L2
    assert [kind for kind in ThreadKind if locked_at_first(kind)] == [ThreadKind.ALL_CLIENTS]
