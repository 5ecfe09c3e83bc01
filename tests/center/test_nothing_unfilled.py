"""For any template and any client data: what is sent holds nothing unfilled, and each reader's values are their own.

Held in every form: portal, e-mail, SMS, and what staff read; for clients of the moment of sending and for one who is
added later (T3, T4, T5, T7, T8, V2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.center.practice import ALL_CLIENTS, Practice
from tests.center.sending import ME, claimed
from tests.conftest import Clock
from tests.hostile import HOSTILE
from tests.world import World

from msgcenter_tui.center import messages, previews
from msgcenter_tui.delivery.proofs import Proofs
from msgcenter_tui.domain import (
    Channel,
    Client,
    PersonId,
    PieceKind,
    Policy,
    Recipients,
    Staff,
    ThreadId,
    ThreadKind,
    Unsent,
)
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.rules import fields, sms
from msgcenter_tui.store import notifiers
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.store import Store
from msgcenter_tui.text import clean_name

PROOFS = Proofs()
CAN_BE_EMPTY = ("client.email", "client.phone")
PORTAL = "https://portal.example/"

# -- a template, and what it comes to, without the grammar that is tried ----------------------------------------------


class Words(NamedTuple):
    """Plain text."""

    text: str


class FieldOf(NamedTuple):
    name: str
    fallback: str | None


class Written(NamedTuple):
    """An opening that is written to mean just that."""

    opening: str


class Wrong(NamedTuple):
    """A blank, or what is no field: never sent."""

    text: str


Part = Words | FieldOf | Written | Wrong

plain = st.text("abcxyzÄß漢 .,\n}])|\"'%$", max_size=20)
fallback = st.text("abc |'%Ä", max_size=8)
never_empty = st.builds(FieldOf, st.sampled_from(sorted(fields.FIELDS.keys() - CAN_BE_EMPTY)), st.none() | fallback)
with_fallback = st.builds(FieldOf, st.sampled_from(CAN_BE_EMPTY), fallback)
without = st.builds(FieldOf, st.sampled_from(CAN_BE_EMPTY), st.none())
wrong = st.sampled_from(
    [
        "[[day]]",
        "[[]]",
        "{{ client.frist_name }}",
        "{{x}}",
        "{{",
        "[[",
        "{{ client.name | upcase }}",
        "{{- client.name }}",
    ]
)
escaped = st.builds(Written, st.sampled_from(["{{", "[["]))
template = st.lists(st.builds(Words, plain) | never_empty | with_fallback | with_fallback | escaped, max_size=6)
flaw = st.none() | st.none() | st.none() | without | st.builds(Wrong, wrong)
templates = st.builds(lambda before, one, after: [*before, *([one] if one else []), *after], template, flaw, template)


def written(parts: Sequence[Part]) -> str:
    """As one types it. A word before and after keeps the body from being empty."""
    spelled = []
    for part in parts:
        match part:
            case FieldOf(name, None):
                spelled.append(f"{{{{ {name} }}}}")
            case FieldOf(name, fallback):
                spelled.append(f'{{{{{name}|default:"{fallback}"}}}}')
            case Written(opening):
                spelled.append(f"\\{opening}")
            case Words(text) | Wrong(text):
                spelled.append(text)
    return f"Hello {''.join(spelled)} bye"


def come_to(parts: Sequence[Part], values: dict[str, str]) -> str:
    read = []
    for part in parts:
        match part:
            case FieldOf(name, fallback):
                read.append(values[name] or fallback or "")
            case Written(opening):
                read.append(opening)
            case Words(text) | Wrong(text):
                read.append(text)
    return f"Hello {''.join(read)} bye"


def sendable(parts: Sequence[Part], values: Sequence[dict[str, str]] | None) -> bool:
    """Whether it may be sent; `values` of those in a direct thread, None for a broadcast (T4)."""
    for part in parts:
        if isinstance(part, Wrong):
            return False
        if not isinstance(part, FieldOf) or part.fallback is not None or part.name not in CAN_BE_EMPTY:
            continue
        if values is None or not all(one[part.name] for one in values):
            return False
    return True


# -- people -----------------------------------------------------------------------------------------------------------


class Given(NamedTuple):
    name: str
    email: bool
    phone: bool
    portal: bool


names = st.sampled_from(
    ["Ana Flores", "Dr. Bo Li", "陈秀珍", "Smith, Bob", "{{ client.email }}", "[[first day]] \\{{", "{% x %} {{x}}"]
) | st.sampled_from(sorted(HOSTILE.values()))
clients = st.builds(Given, names, st.booleans(), st.booleans(), st.booleans())


def add(practice: Practice, given: Given, place: int) -> Client | None:
    try:
        name = clean_name(given.name[:150], "the name")
    except BadInput:
        return None
    more: dict[str, Any] = {"email": f"client{place}@mail.example" if given.email else None}
    if given.phone:
        more |= {"phone": f"+1 212 555 01{place:02}", "consent": "active"}
    return practice.client(name, portal=given.portal and given.email, **more)


def values_of(client: Client, sender: Staff) -> dict[str, str]:
    return {
        "client.name": client.name,
        "client.first_name": fields.first_name(client.name),
        "client.email": client.email or "",
        "client.phone": client.phone or "",
        "sender.name": sender.name,
        "sender.first_name": sender.name.split()[0],
        "sender.email": sender.email,
        "workspace.name": "Bright Beginnings",
    }


# -- what is held -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direct", [False, True])
def test_nothing_unfilled_is_read_by_anybody(renewed_store: Callable[[Clock], Store], direct: bool) -> None:
    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(parts=templates, those=st.lists(clients, min_size=1, max_size=3), later=clients)
    def holds(parts: list[Part], those: list[Given], later: Given) -> None:
        clock = Clock()
        store = renewed_store(clock)
        store.policy = Policy(portal_url=PORTAL)
        _hold(Practice(World(store, clock)), parts, those, later, direct=direct)

    holds()


def _hold(practice: Practice, parts: list[Part], those: list[Given], later: Given, *, direct: bool) -> None:
    there = [added for place, one in enumerate(those) if (added := add(practice, one, place))]
    if not there:
        return
    sender = practice.maya
    to = Recipients(ThreadKind.DIRECT, (*(one.id for one in there), practice.lee.id)) if direct else ALL_CLIENTS
    body = written(parts)
    unsent = Unsent(body, recipients=to, workspace=practice.team.id, locked=not direct)
    maya = practice.who(sender)
    before = {one.id: practice.store.run(previews.preview, maya, unsent, one.id) for one in there}
    values = {one.id: values_of(one, sender) for one in there}
    if not sendable(parts, list(values.values()) if direct else None):
        event("refused")
        assert all(preview.problem for preview in before.values())  # T4, T7: whoever is looked at
        with pytest.raises(Refused, match="line"):
            practice.start(sender, to, body)
        return
    event("sent")
    thread = practice.start(sender, to, body).thread
    assert thread is not None
    told = {one.id: come_to(parts, values[one.id]) for one in there}
    _hold_portals(practice, thread, there, told, before)
    _hold_letters(practice, there, told, before, locked=not direct)
    if not direct and (joined := add(practice, later._replace(email=True, portal=True), 50)):  # V2
        assert practice.bodies(joined, thread) == [come_to(parts, values_of(joined, sender))]
    shown = practice.opened(practice.lee, thread).messages[0].pieces  # T5: staff read the names of the fields
    names = [fields.FIELDS[part.name].words for part in parts if isinstance(part, FieldOf)]
    assert [piece.text for piece in shown if piece.kind is PieceKind.FIELD] == names
    assert not any(piece.kind in (PieceKind.BLANK, PieceKind.ERROR) for piece in shown)


def _hold_portals(
    practice: Practice,
    thread: ThreadId,
    there: list[Client],
    told: dict[PersonId, str],
    before: dict[PersonId, previews.Preview],
) -> None:
    for client in there:
        seen = "".join(piece.text for piece in before[client.id].portal.pieces)
        assert seen == told[client.id]
        if client.portal:
            assert practice.bodies(client, thread) == [told[client.id]]


def _hold_letters(
    practice: Practice,
    there: list[Client],
    told: dict[PersonId, str],
    before: dict[PersonId, previews.Preview],
    *,
    locked: bool,
) -> None:
    practice.clock.advance(seconds=61)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, list(Channel))
    letters = claimed(practice.store)
    by_client = {(one.id.partition("p")[2], one.edition.channel): one for one in letters}
    for client in there:
        link = sms.read_on(PORTAL, locked=locked) if client.portal else ""
        mail, text = (by_client.pop((client.id[1:], channel), None) for channel in Channel)
        assert (mail is not None, text is not None) == (bool(client.email), bool(client.phone))
        if mail is not None:
            expected = before[client.id].email
            assert isinstance(expected, Letter)
            read = PROOFS.mail(mail)
            assert read == PROOFS.mail(expected)
            assert _lines(read.text).startswith(_lines(told[client.id]))
        if text is not None:
            expected = before[client.id].sms
            assert isinstance(expected, Letter)
            stands = sms.text("Bright Beginnings", told[client.id], link, sms.REPLY_STOP)
            assert PROOFS.sms(text) == PROOFS.sms(expected)
            assert _lines(PROOFS.sms(text)).startswith(_lines(stands).partition("\n")[0])
    for staff in by_client.values():  # T5: a member of staff in the thread reads the names of the fields
        assert staff.values is None
        assert not any(one.email and one.email in PROOFS.mail(staff).text for one in there)


def _lines(text: str) -> str:
    """Without the white space at the ends of lines, where mails have none."""
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def test_an_edit_is_held_to_the_same(practice: Practice) -> None:  # T4, T7, M2
    thread = practice.broadcast("Hello")
    (message,) = practice.opened(practice.maya, thread).messages
    for body in ("[[day]]", "{{ client.phone }}", "{{ client.frist_name }}", '{{ client.phone | default: "" }}'):
        with pytest.raises(Refused):
            practice.store.run(messages.edit, practice.who(practice.maya), message.id, body)


def test_a_message_that_is_empty_for_somebody_is_not_sent(practice: Practice) -> None:  # M3
    body = '{{ client.phone | default: "" }}'
    ana, bo = practice.client("Ana", phone="+1 212 555 0147"), practice.client("Bo", email="bo@mail.example")
    for to in (ALL_CLIENTS, Recipients(ThreadKind.DIRECT, (ana.id, bo.id))):
        with pytest.raises(Refused, match=r"line 1, column 1.*an empty message; write something beside it"):
            practice.start(practice.maya, to, body)
    thread = practice.start(practice.maya, Recipients(ThreadKind.DIRECT, (ana.id,)), body).thread
    assert thread is not None
