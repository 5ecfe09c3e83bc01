"""What is exported is what is seen, word for word, in forms that no word breaks out of (V, S4, M3)."""

from __future__ import annotations

import json
import mailbox
from contextlib import closing
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from tests.center.practice import Practice
from tests.center.sending import send_all_that_is_due
from tests.conftest import Clock
from tests.hostile import HOSTILE
from tests.world import World

from msgcenter_tui.center import client_record, exporting, messages, revisions, threads
from msgcenter_tui.center.thread_sheets import DELETED, FORMATS
from msgcenter_tui.domain import Actor, Recipients, ThreadId, ThreadKind
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.store import exporting as pages
from msgcenter_tui.store import folding
from msgcenter_tui.store.notifiers import settle_runs
from msgcenter_tui.store.store import Store


def exported(practice: Practice, actor: Actor, format: str = "json", **more: Any) -> bytes:
    parts: list[bytes] = []
    practice.store.run(exporting.export_threads, actor, FORMATS[format](parts.append), **more)
    return b"".join(parts)


def as_json(practice: Practice, actor: Actor, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(exported(practice, actor, **more))["threads"]
    return found


def texts(thread: dict[str, Any]) -> list[str]:
    return [message["body"] for message in thread["messages"]]


def hostile(sqlite_store: Store, clock: Clock) -> tuple[Practice, ThreadId, list[str]]:
    """A thread by a client with an awkward name and subject, of every text that can be sent; as they are stored."""
    practice = Practice(World(sqlite_store, clock))
    them = practice.client('Smith, [Bob](x) "B" =?utf-8?q?evil=40x=0A?= <b> *** From', email="bob@mail.example")
    begun = practice.start(
        them,
        Recipients(ThreadKind.DIRECT, (practice.maya.id,)),
        "From here\n>From there\n```\n````\n# no\n. \n",
        subject="=?utf-8?q?a=0D=0ABcc:_evil@evil.example?= # <b> [x](y) From",
    ).thread
    assert begun is not None
    for text in HOSTILE.values():
        try:
            practice.store.run(messages.reply, practice.who(them), begun, text, yes=True)
        except BadInput:
            continue  # it says nothing
    stored: list[str] = []
    before = None
    while True:
        page = practice.store.run(threads.open_thread, practice.who(them), begun, before=before).messages
        stored = [message.body for message in page] + stored
        if not page or page[0].number == 1:
            return practice, begun, stored
        before = page[0].number


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_it_is_what_each_sees(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    # V1, V5, V9, S4; the pages of threads and of messages end where they may
    monkeypatch.setattr(pages, "_THREADS", 2)
    monkeypatch.setattr(pages, "_MESSAGES", 3)
    ana, ben = practice.client("Ana"), practice.client("Ben", portal=False)
    begun = [practice.broadcast(f"Dear {{{{ client.first_name }}}} {number}", locked=False) for number in range(3)]
    for number in range(4):
        practice.reply(ana, begun[1], f"reply {number}")
    secret = practice.direct(practice.lee, ben, body="secret")
    gone = practice.broadcast("gone")
    practice.store.run(threads.delete, practice.who(practice.maya), gone)
    own = practice.world.personal(practice.kim)
    practice.world.client("Cleo", own)
    practice.broadcast("elsewhere", by=practice.kim, workspace=own)
    of_maya = as_json(practice, practice.who(practice.maya))
    assert [thread["id"] for thread in of_maya] == begun
    assert texts(of_maya[1]) == ["Dear {{ client.first_name }} 1", *(f"reply {number}" for number in range(4))]
    assert [thread["id"] for thread in as_json(practice, practice.who(practice.lee))] == [*begun, secret]
    of_ana = as_json(practice, practice.who(ana))
    assert [texts(thread)[0] for thread in of_ana] == [f"Dear Ana {number}" for number in range(3)]
    assert len(as_json(practice, practice.who(practice.kim))) == 4
    assert len(as_json(practice, practice.who(practice.kim), workspace=own.id)) == 1
    assert [one["id"] for one in as_json(practice, practice.who(practice.maya), threads=[begun[2]])] == [begun[2]]
    with pytest.raises(NotFound):
        exported(practice, practice.who(practice.maya), threads=[secret])
    with pytest.raises(Refused):
        exported(practice, practice.who(ben))  # P2


def test_former_texts_are_for_staff(practice: Practice) -> None:
    # M2
    ana = practice.client("Ana")
    thread = practice.direct(practice.maya, ana, body="first")
    message = practice.opened(practice.maya, thread).messages[0]
    practice.store.run(revisions.edit, practice.who(practice.maya), message.id, "second")
    ((of_staff,),) = ([one["messages"] for one in as_json(practice, practice.who(practice.maya))],)
    assert [one["body"] for one in of_staff[0]["former"]] == ["first"]
    (of_ana,) = as_json(practice, practice.who(ana))
    assert (texts(of_ana), of_ana["messages"][0]["former"]) == (["second"], [])
    practice.store.run(revisions.delete_message, practice.who(practice.maya), message.id)
    assert DELETED.encode() in exported(practice, practice.who(ana), "mbox")


# -- its forms --------------------------------------------------------------------------------------------------------


def test_no_text_breaks_out_of_any_form(sqlite_store: Store, clock: Clock, tmp_path: Path) -> None:
    # M3
    practice, thread, stored = hostile(sqlite_store, clock)
    (head,) = as_json(practice, practice.who(practice.maya))
    assert_json(practice, thread, stored)
    assert_mbox(practice, head, stored, tmp_path / "threads.mbox")
    assert_markdown(practice, head, stored)


def assert_json(practice: Practice, thread: ThreadId, stored: list[str]) -> None:
    written = exported(practice, practice.who(practice.maya))
    assert written.isascii()
    document = json.loads(written)
    assert document["format"] == "msgcenter-threads/1"
    assert [texts(one) for one in document["threads"] if one["id"] == thread] == [stored]


def assert_mbox(practice: Practice, head: dict[str, Any], stored: list[str], path: Path) -> None:
    """A mail program reads it as it was."""
    path.write_bytes(exported(practice, practice.who(practice.maya), "mbox"))
    with closing(mailbox.mbox(path)) as box:
        read = list(box)
    assert len(read) == len(stored)
    name = head["begun_by"]["name"]
    for number, (mail, text) in enumerate(zip(read, stored, strict=True)):
        payload = mail.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode() == text
        assert set(mail.keys()) <= {
            *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
            *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        }, "no word has made a header"
        assert str(make_header(decode_header(mail["From"]))).startswith(f"{name} <")
        subject = str(make_header(decode_header(mail["Subject"])))
        assert subject == f"{'Re: ' if number else ''}{head['subject']}"
        assert mail["In-Reply-To"] == (read[number - 1]["Message-ID"] if number else None)
        assert read[0]["Message-ID"] in (mail["References"] or mail["Message-ID"])
    assert len({mail["Message-ID"] for mail in read}) == len(read)


def assert_markdown(practice: Practice, head: dict[str, Any], stored: list[str]) -> None:
    """It has a fence for every text, and nothing else."""
    tokens = MarkdownIt().parse(exported(practice, practice.who(practice.maya), "markdown").decode())
    assert [token.content for token in tokens if token.type == "fence"] == [f"{text}\n" for text in stored]
    headings = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "heading_open"]
    plain = ["".join(child.content for child in heading.children or ()) for heading in headings]
    assert plain[0] == head["subject"]
    assert all(words.startswith(f"{number}. {head['begun_by']['name']}, ") for number, words in enumerate(plain[1:], 1))
    assert len(plain) == len(stored) + 1
    assert {token.type for token in tokens} == {
        *("paragraph_open", "inline", "paragraph_close", "heading_open", "heading_close", "fence")
    }
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special"}


# -- a client ---------------------------------------------------------------------------------------------------------


def test_all_that_is_stored_of_a_client(practice: Practice) -> None:
    # S4: everything that erasing would take away, and what they saw
    ana = practice.client("Ana", phone="+1 212 555 0188", note="likes tea", consent="active", how="by phone")
    seen = practice.broadcast("Dear {{ client.first_name }}", locked=False)
    practice.read(ana, seen)
    mine = practice.reply(ana, seen, "first")
    assert mine.message is not None
    practice.store.run(revisions.edit, practice.who(ana), mine.message, "second")
    practice.clock.advance(hours=2)
    send_all_that_is_due(practice.store)
    with practice.store.write() as tx:
        settle_runs(tx)
    practice.world.change(ana, status="inactive")
    practice.broadcast("after that")
    practice.direct(practice.lee, ana, body="to you")
    practice.clock.advance(seconds=1)
    with practice.store.write() as tx:
        folding.fold(tx, practice.clock.now, None, 100)
    record: Any = practice.store.run(client_record.export_client, practice.who(practice.maya), "ana@mail.example")
    assert json.loads(json.dumps(record)) == record
    assert record["format"] == "msgcenter-client/1"
    assert (record["client"]["note"], record["client"]["email"]) == ("likes tea", "ana@mail.example")
    assert [change["status"] for change in record["history"]] == ["active", "inactive"]
    assert record["history"][0]["how"] == "by phone"
    of = {thread["id"]: thread for thread in record["threads"]}
    assert len(of) == 2, "none of what was sent after they had left"
    assert (of[seen]["sees"], texts(of[seen])) == (False, ["Dear Ana", "second"])
    assert [one["body"] for one in of[seen]["messages"][1]["former"]] == ["first"]
    assert [read["up_to"] for read in record["reads"]] == [1]
    assert sorted({one["state"] for one in record["deliveries"]}) == ["read-first", "waiting"]
    assert any(one["folded"] for one in record["deliveries"])
    assert {"client.add", "client.change", "message.edit"} <= {one["act"] for one in record["audit"]}
    for person in (practice.lee, practice.kim):
        with pytest.raises(Refused, match="administrator"):
            practice.store.run(client_record.export_client, practice.who(person), ana.id)
        with pytest.raises(Refused, match="administrator"):  # S2: what is refused leaves no record either
            practice.store.run(client_record.note_export, practice.who(person), ana.id)
