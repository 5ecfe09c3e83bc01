"""The plain mode: the same Message Center as a dialogue of lines, in a pipe and on a terminal."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell
from tests.e2e.terminal import Terminal, message_center
from tests.hostile import HOSTILE, unsafe_in

from msgcenter_tui.center import drafts as kept
from msgcenter_tui.center import identity, messages, threads
from msgcenter_tui.cli.plain import words
from msgcenter_tui.cli.plain.voice import as_sentence, spoken
from msgcenter_tui.domain import Actor, Channel, Recipients, ThreadId, ThreadKind, WorkspaceId
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store import channels
from msgcenter_tui.store.store import open_store
from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")
Line = str | Callable[[], object]
"""What is typed; or what somebody else does while one types, before the next line."""

TO_CLIENTS = ("new", "all clients", "2", "")
"""A locked thread to All Clients of the team, up to its subject."""


class Keyboard(io.TextIOBase):
    def __init__(self, lines: tuple[Line, ...]) -> None:
        super().__init__()
        self._lines = list(lines)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        while self._lines:
            line = self._lines.pop(0)
            if isinstance(line, str):
                return f"{line}\n"
            line()
        return ""


Talk = Callable[..., str]


@pytest.fixture
def talk(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """`talk("list", "1", who=ANA)`: the whole dialogue of these lines, in a pipe; the end of input ends it."""

    def through(*lines: Line, who: str = MAYA, command: tuple[str, ...] = ()) -> str:
        monkeypatch.setattr("sys.stdin", Keyboard(lines))
        done = shell("--as", who, *command, "--plain")
        assert (done.status, done.err) == (0, ""), done
        assert "\x1b" not in done.out
        return done.out

    return through


def elsewhere(
    shell: Shell, who: str, act: Act[Concatenate[Actor, P], T], *args: P.args, **more: P.kwargs
) -> Callable[[], object]:
    """An act that somebody does meanwhile, in another process as it were."""

    def do() -> None:
        store = open_store(shell.database)
        store.run(act, store.run(identity.who, who), *args, **more)
        store.close()

    return do


def drafts(shell: Shell, who: str = MAYA) -> list[str]:
    return [one["body"] for one in shell.ask("--as", who, "drafts", "list")]


def in_order(said: str, *parts: str) -> None:
    at = 0
    for part in parts:
        at = said.find(part, at)
        assert at >= 0, f"{part!r} is not there, or not in this order:\n{said}"


# -- the main job -----------------------------------------------------------------------------------------------------


def test_a_broadcast_is_written_by_words_and_read_in_a_portal(shell: Shell, talk: Talk) -> None:
    text = ("Dear {{ client.first_name }},", "we are closed.", ".")
    said = talk(*TO_CLIENTS, "Holiday", *text, "preview", "send", "yes", "portal ana", "1")
    in_order(said, "Message Center. You are Maya Ortiz.", "Nothing is unread.", "Mail: ")
    in_order(said, "1 person will be notified (1 by e-mail).", "Subject", "A single dot on a line ends it")
    in_order(
        said, "As Ana Flores reads it", "  Dear Ana,", "By e-mail, to Ana Flores <ana@mail.example>, subject Holiday"
    )
    in_order(said, f"Send to All Clients of {TEAM}?", "Type yes", "Sent.", "undo takes the message back")  # S3, N5
    in_order(
        said,
        "You look at the portal of Ana Flores.",
        "1. Holiday. From Bright Beginnings, locked. Maya Ortiz: Dear Ana,",
    )
    in_order(said, "1 unread.", "portal of Ana Flores, only looking: ", "Maya Ortiz, staff, ", "unread:", "  Dear Ana,")
    assert shell.ask("--as", ANA, "unread") == {"threads": 1, "messages": 1}  # P3

    said = talk("list", "1", "reply", "list", who=ANA)
    in_order(said, "the portal of Ana Flores.", "1 unread message in 1 thread.", "  Dear Ana,", "Replies are off")  # L1
    assert shell.ask("--as", ANA, "unread") == {"threads": 0, "messages": 0}  # R2
    assert "Read by 1." in talk("list", "1")  # R4


def test_what_is_asked_is_answered_by_yes_alone(shell: Shell, talk: Talk) -> None:
    said = talk(*TO_CLIENTS, "", "We are closed.", ".", "send", "y", "send", "no")
    assert said.count("Nothing was done.") == 2  # S3
    assert shell.ask("threads")["threads"] == []
    assert drafts(shell) == ["We are closed."]  # M4


def test_for_more_than_a_hundred_their_number_is_typed(
    shell: Shell, talk: Talk, write: Callable[..., str]
) -> None:  # fmt: skip
    rows = "\n".join(f"Client {n},c{n}@mail.example,active" for n in range(100))
    shell.say("clients", "import", write(f"name,email,status\n{rows}\n"), "--in", TEAM)
    said = talk(*TO_CLIENTS, "", "We are closed.", ".", "send", "yes", "send", "100", "draft")
    in_order(said, "Type 101, the number of people", "Nothing was done.", "Type 101", "Nothing was done.")
    assert shell.ask("threads")["threads"] == []
    said = talk("drafts", "1", "send", "101")
    in_order(said, "To All Clients", "1. We are closed.", "Sent.")
    assert len(shell.ask("threads")["threads"]) == 1


def test_several_of_a_name_are_chosen_among_and_one_that_nobody_has_is_asked_again(shell: Shell, talk: Talk) -> None:
    shell.say("clients", "add", "Ana Moreno", "--in", TEAM, "--email", "moreno@mail.example")
    said = talk("new", "ana, zoe", "2", "9", "2", "", "", "Hello.", ".", "again", "send")
    in_order(said, "1. Ana Flores, client", "2. Ana Moreno, client", "It is a number from 1 to 2.")
    in_order(said, "no person 'zoe'", "To Ana Moreno. Subject: none.", "Sent.", "(No Subject). With Ana Moreno.")


def test_a_template_is_put_in_with_its_blanks_asked_for(shell: Shell, talk: Talk) -> None:
    shell.say("templates", "add", "Holiday", "--subject", "Closed", "--body", "From [[first day]] to [[last day]].")
    said = talk(
        *TO_CLIENTS,
        "",
        ".",
        "template holi",
        "1",
        "3 March",
        "",
        "send",
        "yes",
        "change 1",
        "From 3 to 9 March.",
        "send",
        "yes",
    )
    in_order(said, "first day", "last day", "The text of Holiday is put in.", "1. From 3 March to [[last day]].")
    in_order(said, "not filled in", "Your text is kept.", "Sent.", "Closed. To All Clients")  # T7, S1
    assert shell.ask("threads")["threads"][0]["preview"] == "From 3 to 9 March."


# -- nothing that was written is lost ---------------------------------------------------------------------------------


def test_the_end_of_input_keeps_what_was_written(shell: Shell, talk: Talk) -> None:
    assert "It is left as a draft." in talk(*TO_CLIENTS, "Holiday", "We are", "closed.")
    (draft,) = shell.ask("drafts", "list")
    assert (draft["subject"], draft["body"]) == ("Holiday", "We are\nclosed.")  # M4


def test_the_end_of_input_keeps_what_a_template_was_given(shell: Shell, talk: Talk) -> None:  # S1
    shell.say("templates", "add", "Holiday", "--subject", "Closed", "--body", "From [[first day]] to [[last day]].")
    talk(*TO_CLIENTS, "", ".", "template Holiday", "3 March")
    (draft,) = shell.ask("drafts", "list")
    assert (draft["subject"], draft["body"]) == ("Closed", "From 3 March to [[last day]].")


def test_a_line_is_kept_as_soon_as_it_is_written(shell: Shell, talk: Talk) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        store = open_store(shell.database)
        seen.append([one.body for one in store.run(kept.list_drafts, store.run(identity.who, MAYA))])
        store.close()

    talk(*TO_CLIENTS, "", "One", look, "Two", look, "..", "cancel", look)
    assert seen == [["One"], ["One\nTwo"], ["One\nTwo\n."]]


def test_what_was_changed_elsewhere_is_read_before_it_is_thrown_away(shell: Shell, talk: Talk) -> None:  # M4
    def change() -> None:
        store = open_store(shell.database)
        me = store.run(identity.who, MAYA)
        (mine,) = store.run(kept.list_drafts, me)
        store.run(kept.save, me, id=mine.id, version=mine.version, subject="Party", body="Do come")
        store.close()

    def remove() -> None:
        store = open_store(shell.database)
        me = store.run(identity.who, MAYA)
        store.run(kept.discard, me, store.run(kept.list_drafts, me)[0].id, None)
        store.close()

    begun = (*TO_CLIENTS, "", "Never mind", ".")
    said = talk(*begun, change, "discard", "yes", "again", "discard", "yes")
    in_order(said, "was not discarded: it was changed elsewhere", "Subject: Party", "1. Do come", "Thrown away.")
    assert drafts(shell) == []
    assert "Thrown away." in talk(*begun, remove, "discard", "yes")


def test_a_reply_that_meets_a_locked_thread_stays_a_draft(shell: Shell, talk: Talk) -> None:
    words = ("--to", "all-clients", "--from", TEAM, "--body", "Who comes?", "--unlocked", "--yes")
    thread = ThreadId(shell.ask("send", *words)["thread"])
    lock = elsewhere(shell, MAYA, threads.lock, thread)
    said = talk("list", "1", "reply", "I do.", ".", lock, "send", who=ANA)
    in_order(said, "Everyone in this conversation sees your name", "Write your text")  # V7
    in_order(said, "Your message was not sent: Replies are off for this announcement", "Your text is kept.")  # L4
    assert drafts(shell, ANA) == ["I do."]


def test_what_leaves_by_one_channel_does_not_wait_for_another(
    shell: Shell, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:  # N5, N13
    monkeypatch.setenv("MSGCENTER_SMTP_HOST", "localhost")
    monkeypatch.setenv("MSGCENTER_SMTP_FROM", "office@practice.example")
    shell.say("clients", "set", ANA, "--phone", "+1 202 555 0143", "--sms", "active")
    shell.say("send", "--to", "all-clients", "--from", TEAM, "--body", "Closed", "--yes")
    store = open_store(shell.database)
    with store.write() as tx:
        channels.configure(tx, {Channel.EMAIL: str})
    store.close()
    assert "The notifications leave in" in talk("list", "1")
    store = open_store(shell.database)
    with store.write() as tx:
        channels.configure(tx, {})
    store.close()
    monkeypatch.delenv("MSGCENTER_SMTP_HOST")
    monkeypatch.delenv("MSGCENTER_SMTP_FROM")
    in_order(talk("list", "1"), "It waits: e-mail is not configured, SMS is not configured; undo takes")


def test_an_undo_makes_a_draft_of_it_again(shell: Shell, talk: Talk, broadcast: str) -> None:
    said = talk("list", "1", "reply", "And on Monday.", ".", "send", "yes", "undo", "reply", "draft", "back", "undo")
    in_order(said, "Sent.", "undo takes", "Taken back: nothing leaves.", "1. And on Monday.")  # N5
    assert said.rstrip().endswith("Message Center:")
    assert "No thread is open; type its number in a list." in said
    assert drafts(shell) == ["And on Monday."]


@pytest.fixture
def terminal(shell: Shell, broadcast: str) -> Iterator[Terminal]:
    """The plain mode on a terminal, in the text of a reply."""
    options = ("--db", shell.database, "--plain")
    with message_center(
        *options, columns=200, environment={"TERM": "dumb", "INPUTRC": os.devnull}, echo=True
    ) as opened:
        opened.wait("Message Center:").type("list\n").wait("1. (No Subject).")
        opened.type("1\n").wait("We are closed.", "(No Subject):").type("reply\n").wait("text:")
        opened.type("And on\n").settle().type("Mond").wait("text: Mond")
        yield opened


def test_ctrl_c_keeps_what_was_written_and_the_line_that_was_not_ended(shell: Shell, terminal: Terminal) -> None:
    terminal.press("ctrl+c").wait("It is left as a draft.")
    assert drafts(shell) == ["And on\nMond"]
    terminal.type("reply\n").wait("2. Mond").type("change 2\n").wait("line 2: Mond").type("ay\n").settle()
    assert drafts(shell) == ["And on\nMonday"]
    terminal.press("ctrl+c").settle().press("ctrl+c")
    assert terminal.wait_end() == 130
    assert b"\x1b" not in terminal.written


def test_ctrl_c_keeps_a_line_that_was_being_changed(shell: Shell, terminal: Terminal) -> None:  # S1
    terminal.type("ay\n").settle().type(".\n").wait("send").type("change 1\n").wait("line 1: And on")
    terminal.type(" all of").wait("all of").press("ctrl+c").wait("It is left as a draft.")
    assert drafts(shell) == ["And on all of\nMonday"]


def test_ctrl_c_keeps_what_a_template_was_given(shell: Shell, terminal: Terminal) -> None:  # S1
    shell.say("templates", "add", "Holiday", "--body", "From [[first day]] to [[last day]], [[why]].")
    terminal.type("ay\n").settle().type(".\n").wait("send").type("template Holiday\n").wait("first day,").settle()
    terminal.press("ctrl+c").wait("It is left as a draft.")
    assert drafts(shell) == ["And on\nMonday"]  # there was nothing to lose
    terminal.type("reply\n").wait("2. Monday").type("template Holiday\n").wait("first day,").type("3 March\n")
    terminal.wait("last day,").type("9 Ma").wait("9 Ma").press("ctrl+c").settle()
    assert drafts(shell) == ["And on\nMonday\nFrom 3 March to 9 Ma, [[why]]."]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_keeps_it_too(shell: Shell, terminal: Terminal, number: int) -> None:
    os.kill(terminal.pid, number)
    assert terminal.wait_end() == 0
    assert drafts(shell) == ["And on\nMond"]


def test_on_any_terminal_nothing_is_painted(shell: Shell, broadcast: str) -> None:
    options = ("--db", shell.database, "--plain")
    environment = {"TERM": "xterm-256color", "INPUTRC": os.devnull}
    with message_center(*options, columns=200, environment=environment) as opened:
        opened.wait("Message Center:")
        before = len(opened.written)  # readline may have something to say to the terminal before it asks
        opened.type("list\n").wait("1. (No Subject).").type("1\n").wait("We are closed.")
        opened.type("quit\n").wait("1 notification waits to leave.", "Quit?").type("yes\n")
        assert opened.wait_end() == 0
        written = bytes(opened.written[before:])
        assert b"\x1b[" not in written.replace(b"\x1b[?2004h", b"").replace(b"\x1b[?2004l", b"")


# -- what is told -----------------------------------------------------------------------------------------------------


def test_a_new_message_is_told_before_the_next_prompt_and_once(shell: Shell, talk: Talk) -> None:
    maya = next(one["id"] for one in shell.ask("staff", "list")["staff"])
    shell.say("--as", ANA, "send", "--to", maya, "--subject", "Before", "--body", "Old.")
    thread = ThreadId(shell.ask("threads")["threads"][0]["id"])
    write = elsewhere(shell, ANA, messages.reply, thread, "Are you there?")
    said = talk("help", write, "help", "help", "list", "1", "unread", "help")
    assert said.count("New: Ana Flores, in Before: Are you there?") == 1
    assert said.count("New: ") == 1  # what one sets unread oneself is no news
    assert said.count("list tells the threads") == 4
    in_order(said, "list tells the threads", "New: Ana Flores", "list tells the threads")


def test_looking_at_a_portal_reads_and_writes_nothing(shell: Shell, talk: Talk, broadcast: str) -> None:
    said = talk(
        "portal ana", "1", "reply", "new", "portal nobody", "back", "back", "back", "list", "1", "audience", "1"
    )
    in_order(
        said, "only looking, (No Subject): ", "You cannot write here", "You cannot write here", "no client 'nobody'"
    )
    in_order(said, "You are Maya Ortiz again.", "You are at the beginning.", "1 person: 1 see it")
    in_order(said, "1. Ana Flores, active. Sees it. About to be notified by e-mail. Not read.", "Ana Flores, active.")
    assert "Nothing was changed" not in said  # it did not even try to mark it read
    assert shell.ask("--as", ANA, "unread") == {"threads": 1, "messages": 1}  # P3


def test_what_is_for_staff_is_told_how_to_be_had_from_a_portal(talk: Talk) -> None:  # S1
    said = talk("portal ana", "audit", "deliveries", "audience")
    assert said.count("is for staff: you look at a portal; type back to leave it.") == 3


def test_the_acts_on_a_thread(shell: Shell, talk: Talk, broadcast: str) -> None:
    said = talk(
        "list broadcasts", "1", "unlock", "yes", "lock", "delete", "yes", "restore", "deliveries", "deleted", "direct"
    )
    in_order(said, "Unlock this thread", "Unlocked", "Locked", "Delete this thread?", "Deleted.", "Restored")  # L3, V4
    in_order(said, "0 waiting", "E-mail sends nothing: ", "Nothing there: deleted.", "Nothing there: direct.")  # N13


def test_the_audit_log_is_told_and_verified(shell: Shell, talk: Talk, broadcast: str) -> None:  # S2
    said = talk("audit", "1", "back", "audit clients", "1", "audit verify", "audit nothing")
    in_order(said, "1. Maya Ortiz began thread: (No Subject). Kind=all-clients, locked=true.", "We are closed.")
    in_order(said, "1. Maya Ortiz added client: Ana Flores. ", "Maya Ortiz added client: Ana Flores. ")
    in_order(said, "The audit log is whole: ", f"Its head: {shell.ask('audit', 'verify')['head']}. ")
    in_order(said, "There is no kind of act 'nothing'; it is one of threads, clients,", ", or verify.")
    refused = talk("audit", "audit verify", who=ANA)  # S4
    assert "added client" not in refused
    assert "whole" not in refused


def test_one_who_leaves_is_told_what_waits(shell: Shell, talk: Talk, broadcast: str) -> None:
    shell.say("deliver", "--once")  # the dialogue's own notifier may not have looked at its accounts before one leaves
    said = talk("quit", "no", "quit", "yes", "list")
    in_order(said, "1 notification waits to leave.", "It waits: e-mail not configured.", "Quit?", "Quit?")
    assert "We are closed." not in said  # nothing was read after the answer


def test_errors_are_told_and_it_goes_on(talk: Talk) -> None:
    said = talk(
        "1", "lits", "list nowhere", "search", "open", "older", "template x", "portal", "", "99999999999", "list"
    )
    for sentence in (
        "Nothing is listed yet; type list first.",
        "'lits' is not known: did you mean list?",
        "There is no list 'nowhere'; it is one of all, unread, broadcasts, direct, deleted, or drafts.",
        "It is not said what to search; write the words behind it, as in: search holiday.",
        "No thread is open; type its number in a list.",
        "No threads.",
    ):
        assert f"{sentence}\n" in said


def test_all_that_is_ours_is_words_in_ascii(shell: Shell, talk: Talk, broadcast: str) -> None:
    text = "Hi {{ client.phone }}" + "A long text " * 30
    writing = ("reply", text, ".", "help", "preview", "send", "yes", "again", "draft")
    looking = ("drafts", "back", "audience", "deliveries", "template", "portal ana", "1", "quit")
    said = talk("help", "unread", "list", "1", *writing, *looking)
    assert said.isascii()
    assert "..." in said


def test_no_hostile_string_reaches_the_terminal(shell: Shell, talk: Talk) -> None:
    count = 0
    store = open_store(shell.database)
    ana, maya = (store.run(identity.who, who) for who in (ANA, MAYA))
    to = Recipients(ThreadKind.DIRECT, (maya.person,))
    first = store.run(messages.start, ana, to, WorkspaceId(""), "First.", subject="All of them").thread
    assert first is not None
    for text in HOSTILE.values():
        subject = f"s{text}".replace("{", "(").replace("[", "(")[:200]
        with suppress(MessageCenterError):
            store.run(messages.start, ana, to, WorkspaceId(""), "Hello.", subject=subject)
            store.run(messages.reply, ana, first, f"y{text}")
            count += 1
    store.close()
    assert count > 0.9 * len(HOSTILE)
    typed = "".join(HOSTILE.values()).replace("\n", " ")
    said = talk("search first", "1", "older", "older", typed, "list", *["more"] * (count // 10 + 1), "1", "2", "3")
    assert unsafe_in(said) == []
    assert said.count("Ana Flores, client, ") > count
    assert f"{count}. " in said
    assert "\u241b" not in said  # a picture of a control is no word


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_said_is_one_safe_line(text: str) -> None:
    assert unsafe_in(spoken(text)) == []
    assert "\n" not in spoken(text)


def test_a_sentence_begins_with_a_capital_and_ends() -> None:
    assert as_sentence("the thread is locked") == "The thread is locked."
    assert as_sentence("Send it?") == "Send it?"
    assert as_sentence("cut off…") == "Cut off…"


def test_times_are_told_in_words() -> None:
    now = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
    told = [words.when(now - timedelta(days=days, hours=1), now, UTC) for days in (0, 1, 3, 10, 400)]
    assert told == ["11:00", "yesterday 11:00", "Monday 11:00", "2 March 11:00", "5 February 2025 11:00"]
    assert words.how_long(timedelta(seconds=125)) == "2 minutes 5 seconds"
    assert words.how_long(timedelta(seconds=1)) == "1 second"


# -- how it is opened --------------------------------------------------------------------------------------------------


def test_a_clients_portal_is_entered_once_it_is_confirmed(shell: Shell, talk: Talk, broadcast: str) -> None:
    said = talk("yes", "list", "1", command=("portal", ANA))
    in_order(said, "the audit names you both", "Message Center, the portal of Ana Flores.", "  We are closed.")  # P3
    assert shell.ask("--as", ANA, "unread") == {"threads": 0, "messages": 0}


def test_what_a_client_begins_is_kept_line_by_line_and_sent(shell: Shell, talk: Talk) -> None:  # M4, A4
    said = talk("yes", "new", "maya", "A question", "May I come?", command=("portal", ANA))
    assert "There is no workspace" not in said
    assert drafts(shell, ANA) == ["May I come?"]
    said = talk("yes", "drafts", "1", "send", command=("portal", ANA))
    in_order(said, "To Maya Ortiz. Subject: A question.", "Sent.")
    assert drafts(shell, ANA) == []


def test_it_is_not_entered_without(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for lines in ((), ("no",)):
        monkeypatch.setattr("sys.stdin", Keyboard(lines))
        done = shell("portal", ANA, "--plain")
        assert (done.status, done.err) == (1, "error: the portal was not opened: it was not confirmed\n")


@pytest.mark.parametrize("words", [(), ("portal", ANA)], ids=str)
def test_where_there_is_no_terminal_it_is_named(shell: Shell, words: tuple[str, ...]) -> None:  # S1
    assert "no terminal to open on; say --plain" in shell.fail(2, *words)


def test_on_an_empty_store_it_says_how_to_begin(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(()))
    done = empty("--plain")
    assert done.status == 1
    assert "staff add NAME --email E" in done.err


def test_the_configuration_can_say_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(()))
    assert shell().status == 2  # no terminal for screens
    monkeypatch.setenv("MSGCENTER_UI_PLAIN", "true")
    assert "You are Maya Ortiz." in shell.say()
