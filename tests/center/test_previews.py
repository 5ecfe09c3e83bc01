"""As this client will see it, before it is sent: equal to what is sent, and the exceptions found (T5, T6, N2, N4)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice
from tests.center.sending import ME, claimed

from msgcenter_tui.center import drafts, messages, previews
from msgcenter_tui.delivery.proofs import Proofs
from msgcenter_tui.domain import (
    Actor,
    Channel,
    Client,
    NotableKind,
    PieceKind,
    Policy,
    Recipients,
    Scanned,
    Staff,
    ThreadId,
    ThreadKind,
    Unsent,
)
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.rules import notables
from msgcenter_tui.store import notifiers
from msgcenter_tui.store.letters import Letter

TEXTED: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}
PROOFS = Proofs()


def unsent(practice: Practice, body: str, **more: Any) -> Unsent:
    given: dict[str, Any] = {"recipients": ALL_CLIENTS, "workspace": practice.team.id} | more
    return Unsent(body, **given)


def follow_up(thread: ThreadId, body: str) -> Unsent:
    return Unsent(body, thread=thread)


def seen(practice: Practice, what: Unsent, client: Client | None, by: Staff | Actor | None = None) -> previews.Preview:
    who = practice.who(by or practice.maya)
    return practice.store.run(previews.preview, who, what, None if client is None else client.id)


def portal_text(preview: previews.Preview) -> str:
    return "".join(piece.text for piece in preview.portal.pieces)


def proofs(letters: list[Letter | str]) -> list[object]:
    """How letters read; why there is none stands as it is."""
    return [
        one if isinstance(one, str) else PROOFS.mail(one) if one.edition.channel is Channel.EMAIL else PROOFS.sms(one)
        for one in letters
    ]


def left(practice: Practice) -> dict[tuple[str, Channel], object]:
    """How what leaves now reads, by recipient and channel."""
    practice.clock.advance(seconds=61)
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, list(Channel))
    letters = claimed(practice.store)
    return {(one.recipient, one.edition.channel): proofs([one])[0] for one in letters}


def scanned(practice: Practice, what: Unsent, limit: int = 2) -> Scanned:
    """All of them, looked at a few at a time."""
    so_far, after = Scanned(), None
    while True:
        more = practice.store.run(previews.scan, practice.who(practice.maya), what, after=after, limit=limit)
        so_far, after = notables.added(so_far, more), more.next
        if after is None:
            return so_far


# -- what is previewed is what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "https://portal.example/"])
@pytest.mark.parametrize("locked", [True, False])
def test_every_form_is_what_is_sent_then(practice: Practice, url: str, locked: bool) -> None:  # T5, T6, N2, L1, V7
    practice.store.policy = Policy(portal_url=url)
    clients = [
        practice.client("Ana Flores", **TEXTED),
        practice.client("{{ client.email }}", portal=False),
        practice.client("Smith, Bob [[x]]", email=None, portal=False, **TEXTED),
        practice.client("=?utf-8?q?evil=40x?=", phone="+1 212 555 0100"),
        practice.client("Nobody Reached", email=None, portal=False),
    ]
    body = "Dear {{ client.first_name }} \\{{ x }},\n" + 'call {{ client.phone | default: "us" }}. ' * 12
    body += "\n{{ sender.name }}, {{ workspace.name }}"
    what = unsent(practice, body, subject="Opening", locked=locked)
    before = {client.name: seen(practice, what, client) for client in clients}
    thread = practice.start(practice.maya, ALL_CLIENTS, body, locked=locked, subject="Opening").thread
    assert thread is not None
    for client in clients:
        preview = before[client.name]
        if not client.portal:
            assert "not enabled" in preview.portal.why_not
            continue
        opened = practice.opened(client, thread)
        assert preview.portal.why_not == ""
        assert portal_text(preview) == opened.messages[0].body
        assert (preview.portal.subject, preview.portal.author) == (
            opened.thread.subject,
            opened.messages[0].author.name,
        )
        assert preview.portal.closed == opened.thread.why_not
        assert bool(preview.portal.notice) is not locked
    sent = left(practice)
    assert len(sent) == 5
    for client in clients:
        email, sms = proofs([before[client.name].email, before[client.name].sms])
        assert sent.get((client.name, Channel.EMAIL), "no e-mail address") == email
        assert isinstance(sms, str)
        if (client.name, Channel.SMS) in sent:
            assert sent[client.name, Channel.SMS] == sms
        else:
            assert sms in ("no phone number", "not asked for SMS consent")


def test_a_follow_up_leaves_with_what_waits_already(practice: Practice) -> None:  # N1, N5, M5
    ana, ben = practice.client("Ana", **TEXTED), practice.client("Ben")
    thread = practice.broadcast("One, {{ client.first_name }}")
    practice.reply(practice.maya, thread, "Two")
    practice.world.change(ben, status="inactive")
    practice.reply(practice.maya, thread, "Three")
    practice.world.change(ben, status="active")
    late = practice.client("Late")
    what = follow_up(thread, "Four, {{ client.first_name }}")
    before = {one.name: seen(practice, what, one) for one in (ana, ben, late)}
    practice.reply(practice.maya, thread, what.body)
    sent = left(practice)
    for name, preview in before.items():
        assert proofs([preview.email]) == [sent[name, Channel.EMAIL]]
    assert proofs([before["Ana"].sms]) == [sent["Ana", Channel.SMS]]
    assert "Three" not in str(sent["Ben", Channel.EMAIL])
    alone = seen(practice, follow_up(thread, "Five"), ana)  # the others have left
    assert isinstance(alone.email, Letter)
    assert [one.body for one in alone.email.edition.passages] == ["Five"]


def test_in_a_direct_thread(practice: Practice) -> None:  # A4, V8, N10
    ana = practice.client("Ana", "complete", **TEXTED)
    body = "Dear {{ client.name }}, your number is {{ client.phone }}"
    what = unsent(practice, body, recipients=Recipients(ThreadKind.DIRECT, (ana.id,)), locked=False)
    preview = seen(practice, what, ana, by=practice.lee)
    thread = practice.direct(practice.lee, ana, body=body)
    assert portal_text(preview) == practice.bodies(ana, thread)[0] == "Dear Ana, your number is +1 212 555 0188"
    assert (preview.portal.closed, preview.portal.notice) == ("", "")
    sent = left(practice)
    assert proofs([preview.email, preview.sms]) == [sent["Ana", Channel.EMAIL], sent["Ana", Channel.SMS]]


def test_what_was_filled_in_is_told_from_the_rest(practice: Practice) -> None:  # T6
    ana = practice.client("Ana Flores")
    preview = seen(
        practice, unsent(practice, 'Dear {{ client.name }}: {{ client.phone | default: "no number" }}.'), ana
    )
    filled = [piece.text for piece in preview.portal.pieces if piece.kind is PieceKind.FIELD]
    assert filled == ["Ana Flores", "no number"]
    assert (preview.fallbacks, preview.empty) == (("client.phone",), ())


def test_text_without_fields_is_kept_as_it_is(practice: Practice) -> None:  # T8, M3
    ana = practice.client("Ana")
    body = "  100 % }} ]] {% x %} "
    preview = seen(practice, unsent(practice, body), ana)
    assert portal_text(preview) == body
    assert practice.bodies(ana, practice.broadcast(body)) == [body]


def test_who_joins_later_sees_it_and_is_not_notified(practice: Practice) -> None:  # A6, V2, N1
    body = 'Dear {{ client.first_name }}: {{ client.phone | default: "no number" }}'
    preview = seen(practice, unsent(practice, body), None)
    assert preview.later
    assert portal_text(preview) == "Dear Robin: no number"
    assert preview.fallbacks == ("client.phone",)
    assert isinstance(preview.email, str)
    assert "not notified" in preview.email
    assert practice.store.run(previews.neighbours, practice.who(practice.maya), unsent(practice, body)) == ()
    assert scanned(practice, unsent(practice, body)) == Scanned(total=0)


def test_the_author_s_own_values_are_those_of_this_moment(practice: Practice) -> None:  # T5
    ana = practice.client("Ana")
    assert portal_text(seen(practice, unsent(practice, "{{ sender.first_name }}"), ana)) == "Maya"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Closed from [[day]] on", "line 1, column 13"),
        ("Dear {{ client.frist_name }}", "did you mean {{ client.first_name }}"),
        ("Call {{ client.phone }}", "can be empty"),
        (" \n ", "is empty"),
    ],
)
def test_while_it_cannot_be_sent_the_preview_says_so(practice: Practice, body: str, words: str) -> None:  # T4, T7, M3
    ana = practice.client("Ana", **TEXTED)
    preview = seen(practice, unsent(practice, body), ana)
    assert words in preview.problem
    assert preview.email == preview.sms == "nothing leaves while the text cannot be sent"
    with pytest.raises(Exception, match=r"not sent|empty"):
        practice.start(practice.maya, ALL_CLIENTS, body)


# -- who may look -----------------------------------------------------------------------------------------------------


def test_only_who_may_send_it_looks_at_it(practice: Practice) -> None:  # A3, A4, L1, S4
    ana, ben = practice.client("Ana"), practice.client("Ben")
    everybody, to_ana = unsent(practice, "Hello"), Recipients(ThreadKind.DIRECT, (ana.id,))
    for who in (practice.who(practice.lee), practice.who(ana)):
        with pytest.raises(Refused):
            practice.store.run(previews.preview, who, everybody)
        with pytest.raises(Refused):
            practice.store.run(previews.neighbours, who, everybody)
        with pytest.raises(Refused):
            practice.store.run(previews.scan, who, everybody)
    with pytest.raises(NotFound):
        seen(practice, unsent(practice, "Hello", recipients=to_ana), ana, by=practice.kim)  # not assigned to her
    with pytest.raises(Refused, match="does not get it"):
        seen(practice, unsent(practice, "Hello", recipients=to_ana), ben)
    inactive = practice.client("Cleo", "inactive")
    with pytest.raises(Refused, match="does not get it"):
        seen(practice, everybody, inactive)
    with pytest.raises(Refused, match="no client gets this"):
        seen(practice, unsent(practice, "Hello", recipients=ALL_TEAM), None)
    with pytest.raises(Refused, match="locked"):
        practice.store.run(
            previews.preview, practice.who(practice.lee), follow_up(practice.broadcast(), "Hello"), ana.id
        )


def test_a_look_changes_nothing(practice: Practice) -> None:
    ana = practice.client("Ana")
    before = practice.store.commits
    seen(practice, unsent(practice, "Hello"), ana)
    scanned(practice, unsent(practice, "Hello"))
    assert practice.store.commits == before
    assert practice.sees(ana) == []
    assert practice.store.run(drafts.list_drafts, practice.who(practice.maya)) == ()
    assert practice.store.run(messages.recently_sent, practice.who(practice.maya)) == ()


# -- the order --------------------------------------------------------------------------------------------------------


def test_they_are_stepped_through_by_name(practice: Practice) -> None:  # T6
    for name in ("cora", "Ana", "Ben", "Ana"):
        practice.client(name, email=None, portal=False)
    practice.client("Bo", "inactive")
    maya, what = practice.who(practice.maya), unsent(practice, "Hello")

    at, found = None, []
    while one := practice.store.run(previews.neighbours, maya, what, at):
        at = one[0].id
        found.append(one[0].name)
    assert found == ["Ana", "Ana", "Ben", "cora"]
    searched = practice.store.run(previews.neighbours, maya, what, search="co", limit=50)
    assert [person.name for person in searched] == ["cora"]


# -- the exceptions ---------------------------------------------------------------------------------------------------


def kinds(found: Scanned) -> dict[tuple[str, str], tuple[int, list[str]]]:
    worth = notables.worth_a_look(found)
    return {(one.kind.value, one.field): (one.count, [person.name for person in one.first]) for one in worth}


def test_the_exceptions_are_found_and_counted(practice: Practice) -> None:  # T6, N4
    practice.client("Ana Flores", **TEXTED)
    practice.client("Ben", "lead")
    practice.client("Cleopatra Montgomery", **TEXTED | {"phone": "+1 212 555 0189"})
    practice.client("Dan", email=None, portal=False)
    practice.world.change(practice.client("Eve"), mute_email=True)
    practice.client("Finn", "complete", email=None, portal=False)
    body = 'Dear {{ client.name }}, we call {{ client.phone | default: "the number that you have on your plan" }}.'
    found = scanned(practice, unsent(practice, body))
    assert (found.looked, found.total, found.texted, found.next) == (5, 5, 2, None)
    assert kinds(found) == {
        ("fallback", "client.phone"): (3, ["Dan", "Eve", "Ben"]),
        ("longest", ""): (3, ["Dan", "Eve", "Ben"]),
        ("unreachable", ""): (1, ["Dan"]),
        ("portal-only", ""): (1, ["Eve"]),
    }
    assert notables.worth_a_look(found)[0].kind is NotableKind.FALLBACK
    assert kinds(scanned(practice, unsent(practice, "The same for everybody"))).keys() == {
        ("unreachable", ""),
        ("portal-only", ""),
    }


def test_sms_that_are_long_or_cut_are_exceptions(practice: Practice) -> None:  # N2, N3
    for number, name in enumerate(("Ana", "Bo", "Łucja", "Maximiliane")):
        practice.client(name, email=None, portal=False, consent="active", phone=f"+1 212 555 01{number:02}")
    one_segment = "{{ client.name }} " + "x" * (160 - len("Bright Beginnings: Ana \nReply STOP to stop."))
    found = scanned(practice, unsent(practice, one_segment))
    assert kinds(found)["sms-most", ""] == (1, ["Łucja"])
    three = "{{ client.name }} " + "x" * (459 - len("Bright Beginnings: Ana \nReply STOP to stop."))
    found = scanned(practice, unsent(practice, three))
    assert kinds(found)["sms-cut", ""] == (2, ["Łucja", "Maximiliane"])
    assert ("sms-most", "") not in kinds(found)
    for one in practice.store.run(previews.neighbours, practice.who(practice.maya), unsent(practice, three), limit=9):
        letter = practice.store.run(previews.preview, practice.who(practice.maya), unsent(practice, three), one.id).sms
        assert isinstance(letter, Letter)
        assert ("..." in PROOFS.sms(letter) or "…" in PROOFS.sms(letter)) is (one.name in ("Łucja", "Maximiliane"))


def test_of_a_text_that_cannot_be_sent_only_the_channels_are_told(practice: Practice) -> None:
    practice.client("Dan", email=None, portal=False)
    practice.client("Ana")
    found = scanned(practice, unsent(practice, '[[x]] {{ client.phone | default: "" }}'))
    assert kinds(found) == {("unreachable", ""): (1, ["Dan"])}


def test_an_empty_field_in_a_direct_thread(practice: Practice) -> None:  # T4
    ana, ben = practice.client("Ana"), practice.client("Ben", phone="+1 212 555 0188")
    to = Recipients(ThreadKind.DIRECT, (ana.id, ben.id))
    what = unsent(practice, "{{ client.phone }}", recipients=to)
    assert kinds(scanned(practice, what))["empty", "client.phone"] == (1, ["Ana"])
    assert "is empty for a recipient" in seen(practice, what, ben).problem
    assert seen(practice, what, ana).empty == ("client.phone",)
