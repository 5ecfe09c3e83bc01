"""A client is erased: no word and no address of theirs is left anywhere, and the ledger stays what it was (N12, S2)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from tests.center.at_once import in_between, replying
from tests.center.practice import ALL_CLIENTS, Practice
from tests.center.sending import ME, claimed, send_all_that_is_due

from msgcenter_tui.center import audience, audit, clients, drafts, erasing, portal, revisions, threads
from msgcenter_tui.center import deliveries as ledger_acts
from msgcenter_tui.domain import Channel, Client, DeliveryState, Erased, Recipients, ThreadId, ThreadKind
from msgcenter_tui.errors import Ask, NotFound, Refused
from msgcenter_tui.store import ledger, notifiers
from msgcenter_tui.store.results import Result
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import deliveries, metadata, runs

S = DeliveryState
EVERY = list(Channel)
THEIRS: dict[str, Any] = {
    "name": "Quillonne Zephyrwort",
    "email": "quillonne.zephyrwort@marmalade.example",
    "phone": "+1 212 555 0147",
    "note": "allergic to brambleseeds",
    "consent": "active",
    "how": "told us at the gooseberry fair",
}
SAID = "550 5.1.1 <quillonne.zephyrwort@marmalade.example> unknown here"
WORDS = ["quillonne", "zephyrwort", "marmalade", "2125550147", "555 0147", "brambleseeds", "gooseberry"]
WRITTEN = ["heliotropes", "turnstiles", "periwinkles", "thimblerig", "wheelwright", "oubliettes"]


def client(practice: Practice) -> Client:
    return practice.client(**THEIRS)


def erase(practice: Practice, one: Client) -> Erased:
    return practice.store.run(erasing.erase, practice.who(practice.maya), one.id, yes=True)


def everything(store: Store) -> str:
    """All that the tables hold, and on PostgreSQL what searches look in."""
    with store.read() as tx:
        found = [tx.conn.execute(select(table)).all() for table in metadata.sorted_tables]
        if not tx.sqlite:
            found += [tx.conn.execute(text(f"SELECT * FROM search_{one}")).all() for one in ("threads", "clients")]
    return "\n".join(str(row) for rows in found for row in rows).casefold()


def of(store: Store, thread: ThreadId, one: Client) -> Any:
    """Their delivery by e-mail in the thread."""
    with store.read() as tx:
        found = select(deliveries).join(runs, runs.c.id == deliveries.c.run_id)
        return tx.conn.execute(
            found.where(runs.c.thread_id == thread, runs.c.channel == "email", deliveries.c.person_id == one.id)
        ).one()


def busy_life(practice: Practice) -> tuple[Client, ThreadId, ThreadId]:
    """A client who wrote, edited, deleted, drafted, read, and was written to: themselves, a broadcast, their thread."""
    them = client(practice)
    run, who = practice.store.run, practice.who(them)
    broadcast = practice.broadcast("Dear {{ client.first_name }}, closed on Monday", locked=False)
    practice.read(them, broadcast)
    reply = practice.reply(them, broadcast, "about the heliotropes")
    assert reply.message is not None
    run(revisions.edit, who, reply.message, "about the turnstiles")
    theirs = practice.start(
        them, Recipients(ThreadKind.DIRECT, (practice.maya.id,)), "on periwinkles", subject="thimblerig"
    ).thread
    assert theirs is not None
    gone = practice.reply(them, theirs, "a wheelwright")
    assert gone.message is not None
    run(revisions.delete_message, who, gone.message)
    run(drafts.save, who, id=None, version=0, thread=theirs, body="oubliettes")
    practice.reply(practice.maya, theirs, "Dear client, yes")
    return them, broadcast, theirs


# -- what is gone -----------------------------------------------------------------------------------------------------


def test_no_word_of_theirs_is_left_anywhere(practice: Practice) -> None:
    # S2: every fact, text, former text, draft, address, what a server said, how they consented
    them, broadcast, theirs = busy_life(practice)
    practice.clock.advance(minutes=2)
    letters = due(practice)
    refuse(practice, [next(letter for letter in letters if letter.recipient == them.name)])
    held = everything(practice.store)
    assert [word for word in [*WORDS, *WRITTEN] if word not in held] == []
    erase(practice, them)
    found = everything(practice.store)
    assert [word for word in [*WORDS, *WRITTEN] if word in found] == []
    assert practice.store.run(threads.list_threads, practice.who(practice.maya), search="turnstiles").items == ()
    assert practice.store.run(clients.list_clients, practice.who(practice.maya), search="quill").items == ()
    for named in (them.id, THEIRS["email"]):
        with pytest.raises(NotFound):
            practice.store.run(clients.get, practice.who(practice.maya), named)
    assert {broadcast, theirs} <= set(practice.sees(practice.maya))


def due(practice: Practice) -> list[Any]:
    practice.store.run(notifiers.heartbeat, ME)
    practice.store.run(notifiers.close_due, EVERY, everything=True)
    return claimed(practice.store)


def refuse(practice: Practice, letters: list[Any]) -> None:
    results = [Result.of(letter, fenced=False, state=S.FAILED, reason=SAID, bad_address=True) for letter in letters]
    practice.store.run(ledger.mark, ME, [], results)


def test_what_others_see_reads_on(practice: Practice) -> None:
    # M5, M2: the numbers stay, and whoever wrote is somebody who was erased
    them, broadcast, theirs = busy_life(practice)
    ben = practice.client("Ben")
    erase(practice, them)
    assert practice.bodies(ben, broadcast)[1] == "(erased)"
    conversation = practice.opened(practice.maya, theirs)
    assert [message.body for message in conversation.messages] == ["(erased)", "", "Dear client, yes"]
    assert {message.author.name for message in conversation.messages[:2]} == {f"Erased client {them.id}"}
    assert conversation.thread.subject is None
    reply = practice.opened(practice.maya, broadcast).messages[1]
    texts = practice.store.run(revisions.versions, practice.who(practice.maya), reply.id)
    assert [one.body for one in texts] == ["(erased)", "(erased)"]
    rows = practice.store.run(audience.list_audience, practice.who(practice.maya), broadcast).items
    (row,) = (row for row in rows if row.person.id == them.id)
    assert (row.person.name, row.sees, row.why) == (f"Erased client {them.id}", False, "erased")


def test_words_of_others_stay(practice: Practice) -> None:
    them = client(practice)
    thread = practice.direct(practice.maya, them, body="Dear Quillonne")
    erase(practice, them)
    assert practice.bodies(practice.maya, thread) == ["Dear Quillonne"]


# -- what waits, and what is on its way -------------------------------------------------------------------------------


def test_what_waits_for_them_is_suppressed_and_nothing_leaves(practice: Practice) -> None:
    # N12, N14
    them = client(practice)
    practice.client("Ben")
    thread = practice.broadcast()
    practice.direct(practice.maya, them)
    done = erase(practice, them)
    assert (done.suppressed, done.new) == (4, True), "by e-mail and SMS in either thread"
    practice.clock.advance(minutes=2)
    assert [name for name, *_ in send_all_that_is_due(practice.store)] == ["Ben"]
    kept = of(practice.store, thread, them)
    assert (kept.state, kept.reason, kept.address) == (S.SUPPRESSED, "erased", None)
    practice.reply(practice.maya, thread, "and more")
    practice.clock.advance(minutes=2)
    assert [name for name, *_ in send_all_that_is_due(practice.store)] == ["Ben"]


def test_what_is_held_for_them_is_suppressed(practice: Practice) -> None:
    # N13, N12
    them = client(practice)
    thread = practice.broadcast()
    with practice.store.write() as tx:
        notifiers.hold_everything(tx, "the file was copied here")
    erase(practice, them)
    assert of(practice.store, thread, them).state is S.SUPPRESSED


def test_what_was_claimed_does_not_pass_the_fence(practice: Practice) -> None:
    # N12, N14: its notifier had the letter, with name and address, in hand
    them = client(practice)
    thread = practice.broadcast()
    letters = due(practice)
    assert letters
    erase(practice, them)
    fences = [ledger.fence(letter, "1", "example.org") for letter in letters]
    assert not practice.store.run(ledger.mark, ME, fences, []).fenced
    refuse(practice, letters)
    kept = of(practice.store, thread, them)
    assert (kept.state, kept.reason, kept.address, kept.claimed_by) == (S.SUPPRESSED, "erased", None, None)


@pytest.mark.parametrize(
    ("answer", "said", "becomes", "reason"),
    [
        (S.SENT, "", S.SENT, ""),
        (S.FAILED, SAID, S.FAILED, "erased"),
        (S.UNKNOWN, SAID, S.UNKNOWN, "erased"),
        (S.RETRYING, SAID, S.SUPPRESSED, "erased"),
    ],
)
def test_what_was_handed_over_hears_its_answer(
    practice: Practice, answer: DeliveryState, said: str, becomes: DeliveryState, reason: str
) -> None:
    # N8, N14: it may become sent; what a server says of it is not kept, and it never leaves again
    them = client(practice)
    thread = practice.broadcast()
    letters = due(practice)
    practice.store.run(ledger.mark, ME, [ledger.fence(letter, "1", "example.org") for letter in letters], [])
    erase(practice, them)
    assert of(practice.store, thread, them).state is S.SENDING
    practice.store.run(ledger.mark, ME, [], [Result.of(letter, True, answer, said) for letter in letters])
    practice.clock.advance(minutes=1)
    assert send_all_that_is_due(practice.store) == []
    kept = of(practice.store, thread, them)
    assert (kept.state, kept.reason, kept.address, kept.letter) == (becomes, reason, None, None)
    assert "marmalade" not in everything(practice.store)


def test_a_letter_to_another_that_is_sent_again_as_it_was_names_nobody(practice: Practice) -> None:
    # N14: an unknown keeps its own text, but for what was theirs
    them = client(practice)
    theirs = practice.start(
        them, Recipients(ThreadKind.DIRECT, (practice.maya.id,)), "on periwinkles", subject="thimblerig"
    ).thread
    assert theirs is not None
    letters = due(practice)
    practice.store.run(ledger.mark, ME, [ledger.fence(letter, "1", "example.org") for letter in letters], [])
    practice.store.run(ledger.mark, ME, [], [Result.of(letter, True, S.UNKNOWN, "lost") for letter in letters])
    assert "thimblerig" in everything(practice.store)
    erase(practice, them)
    assert [word for word in (*WORDS, *WRITTEN) if word in everything(practice.store)] == []
    practice.store.run(ledger_acts.resolve, practice.who(practice.maya), arrived=False, thread=theirs)
    (again,) = claimed(practice.store)
    (passage,) = again.edition.passages
    assert (again.recipient, again.edition.subject) == ("Maya Ortiz", None)
    assert (passage.author, passage.body) == (f"Erased client {them.id}", "(erased)")


# -- who may, and how it is asked -------------------------------------------------------------------------------------


def test_it_is_the_administrators_act_in_any_workspace(practice: Practice) -> None:
    # S4: an Owner who is none may not; an administrator may, where they are no member, too
    practice.world.staff("Nora")
    owner = practice.world.staff("Olga")
    elsewhere = practice.world.team("Elsewhere", owner=owner)
    them = practice.world.client(workspace=elsewhere, **THEIRS)
    with pytest.raises(Refused, match=r"administrator.*Maya Ortiz"):
        practice.store.run(erasing.erase, practice.who(owner), them.id, yes=True)
    with pytest.raises(Ask, match=r"all that is stored of Quillonne Zephyrwort, client of Elsewhere, for good"):
        practice.store.run(erasing.erase, practice.who(practice.maya), them.id)
    assert practice.store.run(erasing.erase, practice.who(practice.maya), THEIRS["email"], yes=True).new
    (record, *_) = practice.store.run(audit.list_records, practice.who(practice.maya)).items
    # S2
    assert (record.act, record.what, record.fields) == ("client.erase", them.id, ("messages=0", "suppressed=0"))


def test_one_address_in_two_workspaces_is_asked_about(practice: Practice) -> None:
    # S5
    one = client(practice)
    other = practice.world.client(workspace=practice.world.personal(practice.lee), **THEIRS)
    with pytest.raises(Refused, match=f"{one.id}.*{other.id}|{other.id}.*{one.id}"):
        practice.store.run(erasing.erase, practice.who(practice.maya), THEIRS["email"], yes=True)


def test_again_nothing_happens(practice: Practice) -> None:
    them, _, _ = busy_life(practice)
    first = erase(practice, them)
    practice.clock.advance(days=1)
    before = everything(practice.store)
    again = practice.store.run(erasing.erase, practice.who(practice.maya), them.id)
    assert (again.new, again.at) == (False, first.at)
    assert everything(practice.store) == before
    with pytest.raises(NotFound):
        practice.store.run(erasing.erase, practice.who(practice.maya), THEIRS["email"])


def test_their_address_is_free_again_and_they_cannot_sign_in(practice: Practice) -> None:
    # S5, P2
    them = client(practice)
    erase(practice, them)
    with pytest.raises(NotFound):
        practice.store.run(portal.sign_in, practice.who(practice.maya), them.id, yes=True)
    with pytest.raises(NotFound):
        practice.store.run(threads.list_threads, practice.who(them))
    with pytest.raises(NotFound):
        practice.store.run(drafts.save, practice.who(them), id=None, version=0, body="oubliettes")
    assert client(practice).id != them.id


# -- at once ----------------------------------------------------------------------------------------------------------


def test_a_message_that_they_write_meanwhile_is_erased_or_refused(practice: Practice) -> None:
    # N12: no text of theirs comes in behind it
    them, _, theirs = busy_life(practice)
    practice.start(practice.maya, ALL_CLIENTS, "Dear all", locked=False)
    _, erased = in_between(
        practice.store,
        "INSERT INTO messages",
        replying(practice, them, theirs, "of turnstiles"),
        lambda: erase(practice, them),
    )
    assert isinstance(erased, Erased), erased
    assert [word for word in (*WORDS, *WRITTEN) if word in everything(practice.store)] == []


def test_while_they_are_erased_they_write_nothing(practice: Practice) -> None:
    them, _, theirs = busy_life(practice)
    erased, written = in_between(
        practice.store,
        "UPDATE messages",
        lambda: erase(practice, them),
        replying(practice, them, theirs, "of turnstiles"),
    )
    assert isinstance(erased, Erased), erased
    assert isinstance(written, NotFound), written
    assert [word for word in (*WORDS, *WRITTEN) if word in everything(practice.store)] == []


def test_an_owner_who_deletes_their_message_meanwhile_keeps_no_text_of_it(practice: Practice) -> None:
    # M2: a former text is kept, and that is read before the message is changed
    them, _, theirs = busy_life(practice)
    message = practice.opened(practice.maya, theirs).messages[0]
    deleted, erased = in_between(
        practice.store,
        "INSERT INTO versions",
        lambda: practice.store.run(revisions.delete_message, practice.who(practice.maya), message.id),
        lambda: erase(practice, them),
    )
    assert deleted is None, deleted
    assert isinstance(erased, Erased), erased
    assert [word for word in WRITTEN if word in everything(practice.store)] == []
