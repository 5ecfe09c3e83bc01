"""Messages: M1..M3, M5, M6, T4, T5, T7, T8, P3, S1."""

from __future__ import annotations

import pytest
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice

from msgcenter_tui.center import messages, threads
from msgcenter_tui.domain import Actor, MessageId, PersonKind, PieceKind, Recipients, ThreadKind
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused
from msgcenter_tui.rules import fields


def test_a_subject_is_optional_and_only_the_owner_changes_it(practice: Practice) -> None:
    # M1
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana, practice.kim)
    assert practice.opened(ana, thread).thread.subject is None
    rename = threads.rename
    practice.store.run(rename, practice.who(practice.lee), thread, "  Birth\nplan ")
    assert practice.opened(ana, thread).thread.subject == "Birth plan"
    for other in (practice.kim, ana):
        with pytest.raises(Refused, match="Lee Park"):
            practice.store.run(rename, practice.who(other), thread, "Mine")
    practice.store.run(rename, practice.who(practice.lee), thread, " ")
    assert practice.opened(ana, thread).thread.subject is None


def test_a_subject_holds_no_fields(practice: Practice) -> None:
    # T8
    with pytest.raises(BadInput, match="field"):
        practice.start(practice.maya, ALL_CLIENTS, "Hello", subject="For {{ client.name }}")


def test_the_author_edits_and_former_texts_are_kept_for_staff(practice: Practice) -> None:
    # M2
    ana = practice.client("Ana")
    thread = practice.broadcast("one")
    (first,) = practice.opened(practice.maya, thread).messages
    edit, versions = messages.edit, messages.versions
    practice.clock.advance(minutes=1)
    practice.store.run(edit, practice.who(practice.maya), first.id, "uno")
    practice.store.run(edit, practice.who(practice.maya), first.id, "eins")
    seen = practice.opened(ana, thread).messages[0]
    assert (seen.body, seen.edited_at, seen.versions) == ("eins", practice.clock.now, 3)
    kept = practice.store.run(versions, practice.who(practice.lee), first.id)
    assert [version.body for version in kept] == ["one", "uno", "eins"]
    with pytest.raises(NotFound):
        practice.store.run(versions, practice.who(ana), first.id)
    for other in (practice.lee, ana):
        with pytest.raises(Refused, match="author"):
            practice.store.run(edit, practice.who(other), first.id, "mine")


def test_the_versions_of_a_hidden_message_are_those_of_none(practice: Practice) -> None:  # S4
    apart = practice.world.personal(practice.maya)
    to = Recipients(ThreadKind.DIRECT, (practice.world.client("Eve", apart, portal=True).id,))
    sent = practice.start(practice.maya, to, "Hello", workspace=apart)
    assert sent.thread is not None
    (hidden,) = practice.opened(practice.maya, sent.thread).messages
    for id in (hidden.id, MessageId("m999")):
        with pytest.raises(NotFound) as met:
            practice.store.run(messages.versions, practice.who(practice.lee), id)
        assert str(met.value) == f"there is no message {id!r}; look in the thread for its id"


def test_the_author_and_the_threads_owner_delete(practice: Practice) -> None:
    # M2
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    practice.reply(ana, thread, "three")
    _, two, three = practice.opened(practice.maya, thread).messages
    delete = messages.delete_message
    with pytest.raises(Refused, match="author"):
        practice.store.run(delete, practice.who(ben), two.id)
    practice.store.run(delete, practice.who(ana), two.id)
    practice.store.run(delete, practice.who(practice.maya), three.id)
    seen = practice.opened(ben, thread).messages
    assert [(message.number, message.deleted, message.body) for message in seen] == [
        (1, False, "one"), (2, True, ""), (3, True, ""),
    ]  # fmt: skip
    kept = practice.store.run(messages.versions, practice.who(practice.maya), two.id)
    assert [version.body for version in kept] == ["two"]


def test_in_a_locked_thread_a_client_can_delete_but_not_edit(practice: Practice) -> None:
    # L1, M2
    ana = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    practice.reply(ana, thread, "two")
    mine = practice.opened(ana, thread).messages[1].id
    practice.store.run(threads.lock, practice.who(practice.maya), thread)
    with pytest.raises(Refused, match="eplies are off"):
        practice.store.run(messages.edit, practice.who(ana), mine, "more")
    practice.store.run(messages.delete_message, practice.who(ana), mine)


@pytest.mark.parametrize("body", ["", "  \n\t ", "x" * 20_001])
def test_a_body_says_something_and_has_an_end(practice: Practice, body: str) -> None:
    # M3
    with pytest.raises(BadInput):
        practice.start(practice.maya, ALL_CLIENTS, body)


def test_a_body_is_kept_as_written_without_controls(practice: Practice) -> None:
    # M3
    ana = practice.client("Ana")
    written = "[b]bold[/] [@click=app.quit]x[/] \u202eabc\n\tمرحبا 👩‍👩‍👧"
    thread = practice.broadcast("\x1b]0;pwned\x07" + written + "\x00\r\n")
    assert practice.bodies(ana, thread) == ["]0;pwned" + written + "\n"]


def test_messages_are_in_the_order_of_their_numbers_page_by_page(practice: Practice) -> None:
    # M5
    thread = practice.broadcast("1")
    for number in range(2, 8):
        practice.reply(practice.maya, thread, str(number))
    maya, open_thread = practice.who(practice.maya), threads.open_thread
    newest = practice.store.run(open_thread, maya, thread, limit=3)
    assert [message.number for message in newest.messages] == [5, 6, 7]
    assert newest.more_before
    older = practice.store.run(open_thread, maya, thread, before=5, limit=4)
    assert [message.number for message in older.messages] == [1, 2, 3, 4]
    assert not older.more_before


def test_recently_sent_texts_are_at_hand_each_once(practice: Practice) -> None:
    # M6
    ana = practice.client("Ana")
    lee = practice.who(practice.lee)
    for body in ("Hello", "See you", "Hello"):
        practice.direct(practice.lee, ana, body=body)
    newest = practice.direct(practice.lee, ana, body="Good night")
    practice.direct(practice.kim, practice.lee, body="not mine")
    assert practice.store.run(messages.recently_sent, lee) == ("Good night", "Hello", "See you")
    assert practice.store.run(messages.recently_sent, lee, limit=2) == ("Good night", "Hello")
    practice.store.run(messages.delete_message, lee, practice.opened(practice.lee, newest).messages[0].id)
    assert practice.store.run(messages.recently_sent, lee) == ("Hello", "See you")


# -- merge fields -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("Dear {{ client.frist_name }},", "client.first_name"),  # T4: an unknown field, with what was meant
        ("Call {{ client.phone }}", "fallback"),  # T4: can be empty, whoever is there today
        ("From [[first day]] on", "first day"),  # T7
        ("Dear {{ client.name", "line 1"),
    ],
)
def test_what_cannot_be_filled_is_not_sent(practice: Practice, body: str, why: str) -> None:
    practice.client("Ana", phone="+1 212 555 0188")
    with pytest.raises(Refused, match=why):
        practice.start(practice.maya, ALL_CLIENTS, body)
    thread = practice.broadcast("fine")
    with pytest.raises(Refused, match=why):
        practice.reply(practice.maya, thread, body)
    (first,) = practice.opened(practice.maya, thread).messages
    with pytest.raises(Refused, match=why):
        practice.store.run(messages.edit, practice.who(practice.maya), first.id, body)
    assert practice.sees(practice.maya) == [thread]


def test_in_a_direct_thread_it_is_asked_whose_fields_are_empty(practice: Practice) -> None:
    # T4
    with_phone, without = practice.client("Ana", phone="+1 212 555 0188"), practice.client("Ben")
    practice.direct(practice.lee, with_phone, body="I call {{ client.phone }}")
    with pytest.raises(Refused, match="empty"):
        practice.direct(practice.lee, without, body="I call {{ client.phone }}")
    practice.direct(practice.lee, without, body='I call {{ client.phone | default: "you" }}')


def test_no_client_reads_a_thread_to_the_team(practice: Practice) -> None:
    # T4
    with pytest.raises(Refused, match="client"):
        practice.start(practice.maya, ALL_TEAM, "Dear {{ client.name }}")
    thread = practice.start(practice.maya, ALL_TEAM, "A meeting").thread
    assert thread is not None
    with pytest.raises(Refused, match="client"):
        practice.reply(practice.maya, thread, "Dear {{ client.name }}")


def test_each_client_sees_their_own_values_and_staff_the_fields_names(practice: Practice) -> None:
    # T5
    ana = practice.client("Ana Flores")
    body = "Dear {{ client.first_name }}, your {{ sender.first_name }} of {{ workspace.name }}"
    thread = practice.broadcast(body)
    assert practice.bodies(ana, thread) == ["Dear Ana, your Maya of Bright Beginnings"]
    (seen,) = practice.opened(practice.lee, thread).messages
    assert seen.body == body
    words = [fields.FIELDS[name].words for name in ("client.first_name", "sender.first_name", "workspace.name")]
    assert [piece.text for piece in seen.pieces if piece.kind is PieceKind.FIELD] == words
    row = practice.store.run(threads.list_threads, practice.who(ana)).items[0]
    assert row.preview.startswith("Dear Ana")
    row = practice.store.run(threads.list_threads, practice.who(practice.lee)).items[0]
    assert row.preview.startswith("Dear ‹first name›")


def test_a_value_that_looks_like_a_field_stays_as_it_is(practice: Practice) -> None:
    # T8
    odd = practice.client("{{ sender.email }} [[x]]", email="odd@mail.example")
    thread = practice.broadcast("Dear {{ client.name }}")
    assert practice.bodies(odd, thread) == ["Dear {{ sender.email }} [[x]]"]


def test_sender_and_workspace_values_are_those_of_the_moment_of_sending(practice: Practice) -> None:
    # T5
    from msgcenter_tui.center import teams

    ana = practice.client("Ana")
    thread = practice.broadcast("From {{ workspace.name }} to {{ client.name }}")
    practice.store.run(teams.change, practice.who(practice.maya), practice.team.id, name="Harbor")
    practice.world.change(ana, name="Anna")
    assert practice.bodies(ana, thread) == ["From Bright Beginnings to Anna"]


def test_what_a_client_writes_is_never_expanded(practice: Practice) -> None:
    # T8
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast(r"Literally \{{ client.name }} and \[[this]]", locked=False)
    practice.reply(ana, thread, r"{{ client.name }} [[blank]] \{{")
    for person in (ben, practice.lee):
        one, two = ("".join(piece.text for piece in m.pieces) for m in practice.opened(person, thread).messages)
        assert one == "Literally {{ client.name }} and [[this]]"
        assert two == r"{{ client.name }} [[blank]] \{{"


# -- drafts, views ----------------------------------------------------------------------------------------------------


def test_sending_uses_the_draft_up_and_a_draft_is_sent_once(practice: Practice) -> None:
    # M4: two terminals with the same draft
    from msgcenter_tui.center import drafts

    maya = practice.who(practice.maya)
    thread = practice.broadcast()
    draft = practice.store.run(drafts.save, maya, id=None, version=0, thread=thread, body="Once")
    practice.store.run(messages.reply, maya, thread, "Once", yes=True, draft=draft)
    assert practice.opened(practice.maya, thread).draft is None
    with pytest.raises(Conflict):
        practice.store.run(messages.reply, maya, thread, "Once", yes=True, draft=draft)
    assert practice.bodies(practice.maya, thread) == ["Dear all", "Once"]


def test_a_refused_send_leaves_the_draft(practice: Practice) -> None:
    # M4, S1
    from msgcenter_tui.center import drafts

    maya = practice.who(practice.maya)
    thread = practice.broadcast()
    draft = practice.store.run(drafts.save, maya, id=None, version=0, thread=thread, body="[[blank]]")
    with pytest.raises(Refused):
        practice.store.run(messages.reply, maya, thread, "[[blank]]", yes=True, draft=draft)
    assert practice.opened(practice.maya, thread).draft == draft


def test_who_views_a_portal_writes_nothing_and_marks_nothing_read(practice: Practice) -> None:
    # P3, P1
    from msgcenter_tui.center import reading

    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    viewer = Actor(ana.id, PersonKind.CLIENT, "Ana", by=practice.maya.id, viewing=True)
    seen = practice.opened(viewer, thread).thread
    assert not seen.can_write
    assert seen.unread == 1
    for attempt in (
        lambda: practice.store.run(messages.reply, viewer, thread, "Hello"),
        lambda: practice.store.run(reading.read, viewer, thread, 1),
    ):
        with pytest.raises(Refused):
            attempt()
    assert practice.unread(ana) == {thread: 1}


def test_a_view_shows_neither_the_clients_draft_nor_their_countdown(practice: Practice) -> None:
    # P3, M4, N5
    from msgcenter_tui.center import drafts

    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    practice.reply(ana, thread)
    practice.store.run(drafts.save, practice.who(ana), id=None, version=0, thread=thread, body="Not yet")
    own = practice.opened(ana, thread)
    assert own.draft is not None
    assert own.thread.countdown is not None
    seen = practice.opened(Actor(ana.id, PersonKind.CLIENT, "Ana", by=practice.maya.id, viewing=True), thread)
    assert [seen.draft, seen.thread.countdown] == [None, None]


def test_a_client_whose_portal_is_off_has_no_badge(practice: Practice) -> None:
    # P2
    from msgcenter_tui.center import reading

    ana = practice.client("Ana", portal=False)
    with pytest.raises(Refused, match="portal"):
        practice.store.run(reading.badge, practice.who(ana))


def test_search_finds_subjects_bodies_authors_and_people_of_what_one_sees(practice: Practice) -> None:
    # V
    ana, olga = practice.client("Ana"), practice.client("Ольга Гусева")
    holiday = practice.start(practice.maya, ALL_CLIENTS, "We are closed", subject="Ferien Übersicht").thread
    direct = practice.direct(practice.lee, olga, body="50% off_now")

    def found(person: object, words: str) -> list[object]:
        who = practice.who(person)  # type: ignore[arg-type]
        return [row.id for row in practice.store.run(threads.list_threads, who, search=words).items]

    assert found(practice.lee, "übersicht") == found(ana, "CLOSED") == found(ana, "maya") == [holiday]
    assert found(practice.lee, "ольга") == found(practice.lee, "50%") == found(practice.lee, "off_n") == [direct]
    assert found(practice.lee, "offxn") == found(ana, "off") == found(practice.maya, "off") == []


def test_a_list_comes_in_pages(practice: Practice) -> None:
    made = []
    for _ in range(5):
        practice.clock.advance(seconds=1)
        made.append(practice.broadcast())
    got, after = [], None
    while True:
        page = practice.store.run(threads.list_threads, practice.who(practice.maya), limit=2, after=after)
        got += [row.id for row in page.items]
        if (after := page.next) is None:
            break
    assert got == made[::-1]
    with pytest.raises(BadInput):
        practice.store.run(threads.list_threads, practice.who(practice.maya), after="rubbish")
