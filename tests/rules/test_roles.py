"""Who may do what: the table of S4, and its refusals (A3, S1)."""

from __future__ import annotations

import pytest

from msgcenter_tui.domain import Role, ThreadKind, Workspace, WorkspaceId, WorkspaceKind
from msgcenter_tui.errors import Refused
from msgcenter_tui.rules.roles import Deed, fit_to_send, may, require

# The table of S4, row by row: Owner, Contributor, Participant, and who is no member.
TABLE = {
    Deed.BROADCAST: (True, False, False, False),
    Deed.RESOLVE: (True, False, False, False),
    Deed.RESUME: (True, False, False, False),
    Deed.TEAM_TEMPLATES: (True, False, False, False),
    Deed.MEMBERS: (True, False, False, False),
    Deed.CLIENTS: (True, True, False, False),
    Deed.DIRECT: (True, True, True, False),
    Deed.ADMINISTER: (False, False, False, False),
}


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(Deed)


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize(("role", "column"), [(Role.OWNER, 0), (Role.CONTRIBUTOR, 1), (Role.PARTICIPANT, 2), (None, 3)])
def test_a_role_may_what_the_table_says(deed: Deed, role: Role | None, column: int) -> None:  # S4
    assert may(role, deed) is TABLE[deed][column]
    # Being the administrator adds what only an administrator may, and nothing else.
    assert may(role, deed, administrator=True) is (TABLE[deed][column] or deed is Deed.ADMINISTER)


def test_what_is_allowed_is_not_refused() -> None:  # S4
    require(Role.OWNER, Deed.BROADCAST)
    require(None, Deed.ADMINISTER, administrator=True)


def test_only_an_owner_starts_a_broadcast_and_the_refusal_says_who_could() -> None:  # A3, S1
    with pytest.raises(Refused) as refused:
        require(Role.CONTRIBUTOR, Deed.BROADCAST, who_could=["Maya Ortiz", "Leo Park"])
    assert str(refused.value) == (
        "you cannot start a broadcast from here: that is for Owners, and you are a Contributor; "
        "ask Maya Ortiz or Leo Park"
    )


@pytest.mark.parametrize(
    ("role", "deed", "who_could", "sentence"),
    [
        (Role.PARTICIPANT, Deed.CLIENTS, ["Maya"], "for Owners and Contributors, and you are a Participant; ask Maya"),
        (None, Deed.DIRECT, [], "for Owners and Contributors and Participants, and you are not a member; ask an Owner"),
        (Role.OWNER, Deed.ADMINISTER, [], "that is for an administrator; ask an administrator"),
        (Role.OWNER, Deed.ADMINISTER, ["Maya"], "that is for an administrator; ask Maya"),
        (Role.PARTICIPANT, Deed.RESOLVE, list("ABCDEF"), "ask A, B, C or 3 others"),
        (Role.PARTICIPANT, Deed.RESOLVE, list("ABCD"), "ask A, B, C or D"),
    ],
)
def test_a_refusal_says_what_why_and_who(role: Role | None, deed: Deed, who_could: list[str], sentence: str) -> None:
    with pytest.raises(Refused) as refused:  # S1
        require(role, deed, who_could=who_could)
    assert str(refused.value).startswith(f"you cannot {deed.value}: ")
    assert str(refused.value).endswith(sentence)


def test_a_writer_is_offered_the_workspaces_that_they_may_send_from() -> None:  # A2, A3
    own = Workspace(WorkspaceId("w1"), WorkspaceKind.PERSONAL, "Maya", Role.OWNER)
    led = Workspace(WorkspaceId("w2"), WorkspaceKind.TEAM, "Doulas", Role.OWNER)
    joined = Workspace(WorkspaceId("w3"), WorkspaceKind.TEAM, "Yoga", Role.PARTICIPANT)
    assert fit_to_send([own, led, joined], ThreadKind.ALL_CLIENTS) == [own, led]
    assert fit_to_send([own, led, joined], ThreadKind.ALL_TEAM) == [led]
    assert fit_to_send([own, led, joined], ThreadKind.DIRECT) == [own, led, joined]
    assert fit_to_send([own, joined], ThreadKind.ALL_TEAM) == [joined]  # where they are refused, and told who could
    assert fit_to_send([own], ThreadKind.ALL_TEAM) == [own]
