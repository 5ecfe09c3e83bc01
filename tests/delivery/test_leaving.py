"""What is judged once for many is what each would be judged by (N12, N5, T4, T5)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.domain import Channel, Consent, MessageId, PersonKind, Policy, RunKind, ThreadKind, ThreadState
from msgcenter_tui.store import leaving
from msgcenter_tui.store.keys import id_from
from msgcenter_tui.store.recipients import Recipient, alike
from msgcenter_tui.store.sheets import Run, Sheet, Text

TX: Any = SimpleNamespace(policy=Policy(portal_url="https://portal.example"))
ID = id_from(1, 2)


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    """What bars nothing, else hardly a letter would be made."""
    return st.sampled_from([usual] * 5 * len(others) + [*others])


ADDRESS = st.sampled_from([None, "", "ana@mail.example"])
NUMBER = st.sampled_from([None, "+15550100001"])
OWN = st.fixed_dictionaries(
    {
        "client_email": ADDRESS,
        "phone": st.sampled_from([None, "555 0100"]),
        "phone_number": NUMBER,
        "address": ADDRESS,
        "before": st.sampled_from([None, "<before@mail.example>"]),
        "attempts": st.integers(0, 2),
    }
)


@st.composite
def recipients(draw: st.DrawFn) -> Recipient:
    staff = draw(mostly(False, True))
    row = Recipient(
        person=2,
        attempts=0,
        fenced_at=None,
        address=None,
        message_id=None,
        letter=None,
        name="Ana",
        client_email=None,
        phone=None,
        phone_number=None,
        staff_email=draw(ADDRESS) if staff else None,
        before=None,
        run=1,
        first=1,
        until=3,
        person_kind=(PersonKind.STAFF if staff else PersonKind.CLIENT).value,
        erased_at=draw(mostly(None, 5)),
        email_muted=draw(mostly(False, True)),
        consent=draw(mostly(Consent.ACTIVE, *Consent)).value,
        up_to=draw(mostly(None, 0, 2, 3)),
        in_audience=draw(mostly(True, False)),
        in_portal=draw(st.booleans()),
        first_sms=draw(st.booleans()),
    )
    own: dict[str, Any] = {} if staff else draw(OWN)
    return row._replace(**own)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    run = Run(
        run=1,
        first=1,
        channel=draw(st.sampled_from(Channel)).value,
        kind=draw(st.sampled_from(RunKind)).value,
        thread=1,
        thread_kind=ThreadKind.ALL_CLIENTS.value,
        thread_state=draw(mostly(*ThreadState)).value,
        subject="Opening",
        locked=True,
        workspace="Bright Beginnings",
        carries=None,
        has_gaps=False,
    )
    body = draw(st.sampled_from(["Hello", "Call {{ client.phone }}", "Dear {{ client.name | you }}"]))
    facts = () if "{{" in body else None
    text = Text(MessageId("m1"), 1, 3, "Maya", datetime(2026, 1, 1, tzinfo=UTC), body, facts)
    kept = {
        "from": "Bright Beginnings",
        "subject": "Opening",
        "parts": [["m1", 1, "Maya"]],
        "locked": True,
        "to": "Ann",
        "values": {"client.phone": "555"},
        "portal": "",
    }
    return Sheet.of(run, (text,) if draw(mostly(True, False)) else (), draw(mostly(None, kept)))


@given(recipients(), sheets(), OWN)
def test_what_is_found_once_for_those_who_are_alike_is_true_of_each(  # N12, T5
    row: Recipient, sheet: Sheet, own: dict[str, Any]
) -> None:
    other = row if row.staff_email else row._replace(**own)
    assert alike(other) == alike(row)
    theirs = leaving._Common.of(TX, row, sheet)
    assert theirs == leaving._Common.of(TX, other, sheet)
    assert theirs.letter(other, ID, 0) == leaving._Common.of(TX, other, sheet).letter(other, ID, 0)


@given(recipients(), sheets())
def test_a_letter_is_made_exactly_where_nothing_speaks_against_it(row: Recipient, sheet: Sheet) -> None:  # N12, T4
    letter = leaving._Common.of(TX, row, sheet).letter(row, ID, 0)
    verdict = leaving._verdict(row, sheet)
    assert (letter is None) == (verdict is not None), verdict  # else it is claimed, doubted and given back for ever
