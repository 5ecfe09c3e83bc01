"""As each client will see it, by keys: the forms, the exceptions first, back to the text or on to the send (T6)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import drafts, previews, threads
from msgcenter_tui.domain import NotableKind, PersonId, Piece, PieceKind, Scanned, Status, Unsent
from msgcenter_tui.errors import BadInput, MessageCenterError, NotFound
from msgcenter_tui.tui import render_preview
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.finder import Finder
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.preview import PreviewScreen
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.composer_text import ComposerText

BODY = 'Dear {{ client.first_name }}, we call {{ client.phone | default: "you" }} soon.'


async def opened(driven: Driven, practice: Practice, thread: str = "holiday", body: str = BODY) -> ComposerText:
    """The preview of a follow-up, looked at and checked."""
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
    places = {row.id: place for place, row in enumerate(driven.screen.threads.rows)}
    driven.screen.threads.cursor = places[practice.threads[thread]]
    await driven.until(lambda: driven.screen.thread_id == practice.threads[thread])
    await driven.press("r")
    field: ComposerText = driven.screen.query_one(ComposerText)
    field.insert(body)
    await driven.press("ctrl+g")
    await driven.until(lambda: isinstance(driven.screen, PreviewScreen) and driven.screen.scanned.total is not None)
    await driven.until(lambda: driven.screen.scanned.next is None and driven.screen.preview is not None)
    await driven.still()
    return field


def who(driven: Driven) -> str:
    return str(driven.screen.preview.client.name)


def form(driven: Driven, name: str) -> str:
    return str(driven.screen.query_one(f"#preview--{name} .preview--text").content)


async def test_the_exceptions_come_first_with_the_reason(practice: Practice, run: Run) -> None:  # T6, N4
    async with run(practice.actor, size=(120, 36)) as driven:
        await opened(driven, practice)
        first = driven.screen.worth[0]
        assert (first.kind, first.field, first.count) == (NotableKind.FALLBACK, "client.phone", 9)
        assert who(driven) == first.first[0].name
        assert "Fallback used for phone number: 9 clients like this" in driven.text
        assert "All 10 looked at" in driven.text
        seen = []
        while not driven.toasts:
            seen.append(who(driven))
            await driven.press("n")
        assert driven.toasts == ["That was everybody who gets it"]
        assert len(seen) == len(set(seen)) == 10  # each once, none left out
        marked = list(dict.fromkeys(person.name for one in driven.screen.worth for person in one.first))
        assert seen[: len(marked)] == marked
        assert seen[len(marked) :] == sorted(seen[len(marked) :], key=str.casefold)
        await driven.press("p", "p")
        assert who(driven) == seen[-3]
        await driven.press("n")
        assert who(driven) == seen[-2]


async def test_every_form_says_what_is_sent_or_why_not(practice: Practice, run: Run) -> None:  # N2, N3, T5, L1
    async with run(practice.actor, size=(200, 60)) as driven:
        await opened(driven, practice)
        for name in ("Sam Hill", "Rosa Díaz", "Ana Flores"):
            await find(driven, name)
            preview = practice.world.run(
                previews.preview, practice.actor, driven.screen.unsent, practice.clients[name].id
            )
            assert driven.screen.preview.portal == preview.portal
            if name == "Sam Hill":
                assert "Sam Hill does not see it in a portal" in form(driven, "portal")
                assert "No e-mail" in form(driven, "email")
                assert "no e-mail address" in form(driven, "email")
                assert "Dear Sam, we call +1 202 555 0143 soon." in form(driven, "sms")
                assert "2 segments (GSM-7)" in form(driven, "sms")
            elif name == "Rosa Díaz":
                assert "No e-mail" in form(driven, "email")
                assert "No SMS" in form(driven, "sms")
            else:
                assert "Dear Ana, we call you soon." in form(driven, "portal")
                assert "Replies are off for this announcement." in form(driven, "portal")
                assert "Subject  Holiday schedule" in form(driven, "email")
                assert "and HTML of the same words" in form(driven, "email")
                assert "No SMS" in form(driven, "sms")


async def test_no_line_is_too_long_where_a_scroll_bar_comes(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await opened(driven, practice, body="We are closed.\n" * 40)
        for name in ("Rosa Díaz", "Ana Flores"):  # one who does not see it, and one who has more to see than fits
            await find(driven, name)
        assert any("Maya Ortiz" in line and "09:36" in line for line in driven.text.splitlines()[1:])
        assert any("Holiday schedule" in line and "▣ locked" in line for line in driven.text.splitlines())


async def find(driven: Driven, name: str) -> None:
    await driven.press("slash")
    await driven.until(lambda: isinstance(driven.screen, Finder))
    driven.screen.query_one("#filter").value = name
    await driven.until(lambda: driven.screen.matches.option_count == 1)
    await driven.press("enter")
    await driven.until(lambda: isinstance(driven.screen, PreviewScreen) and who(driven) == name)
    await driven.still()


async def test_one_goes_back_to_the_text_with_the_cursor_where_it_was(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        field = driven.screen.query_one(ComposerText)
        field.insert(BODY)
        field.put_cursor(7)
        await driven.press("ctrl+g")
        await driven.until(lambda: isinstance(driven.screen, PreviewScreen))
        await driven.press("n", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and field.has_focus)
        assert (field.text, field.cursor_index) == (BODY, 7)
        await driven.type("X")
        assert field.text[7] == "X"


async def test_one_goes_on_to_the_send_which_asks_as_ever(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        row = practice.world.run(threads.list_threads, practice.actor).items[0]
        await driven.until(lambda: "we call" in driven.text)
        assert row.preview.startswith("Dear ‹first name›, we call ‹phone number› soon.")


async def test_a_new_thread_is_previewed_on_its_second_step(practice: Practice, run: Run) -> None:  # A1, M1, V7
    async with run(practice.actor, size=(120, 36)) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        await driven.press("ctrl+g")
        assert "The preview comes with the message" in driven.toasts[-1]
        await driven.press("enter", "enter")
        await driven.type("Spring")
        await driven.press("ctrl+g")
        assert "Nothing is written yet" in driven.toasts[-1]
        await driven.press("enter")
        driven.screen.query_one(Composer).insert(BODY)
        await driven.press("ctrl+g")
        await driven.until(lambda: isinstance(driven.screen, PreviewScreen) and driven.screen.preview is not None)
        await driven.until(lambda: "Fallback used" in driven.text)
        assert "Spring" in form(driven, "portal")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        assert driven.screen.second
        assert driven.screen.query_one(ComposerText).has_focus
        await driven.press("ctrl+g")
        await driven.until(lambda: isinstance(driven.screen, PreviewScreen))
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))  # S3


async def test_who_joins_later_can_be_looked_at_and_alone_where_nobody_is_there(practice: Practice, run: Run) -> None:
    # A6, V2
    async with run(practice.actor, size=(120, 36)) as driven:
        await opened(driven, practice)
        await driven.press("l")
        assert "A client who joins later" in driven.text
        assert "Dear Robin, we call you soon." in form(driven, "portal")
        assert "not notified" in form(driven, "email")
        await driven.press("escape")
        for client in practice.clients.values():
            practice.world.change(client, status=Status.COMPLETE)
        await driven.press("ctrl+g")
        await driven.until(lambda: isinstance(driven.screen, PreviewScreen) and "joins later" in driven.text)
        await driven.until(lambda: "No client gets it now" in driven.text)
        await driven.press("n")
        assert "That was everybody" in driven.toasts[-1]


async def test_a_direct_thread_has_nobody_later(practice: Practice, run: Run) -> None:  # A5
    async with run(practice.actor, size=(120, 36)) as driven:
        await opened(driven, practice, "ana", "Your number is {{ client.phone }}.")
        assert who(driven) == "Ana Flores"
        assert "is empty for a recipient" in str(driven.screen.query_one("#preview--why").content)  # T4
        assert "‹phone number›" in form(driven, "portal")
        assert "nothing leaves while the text cannot be sent" in form(driven, "sms")
        assert "Joins later" not in driven.text


async def test_what_has_no_preview_says_so(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r", "ctrl+g")
        assert driven.toasts[-1] == "Nothing is written yet"
        await driven.press("escape")
        places = {row.id: place for place, row in enumerate(driven.screen.threads.rows)}
        driven.screen.threads.cursor = places[practice.threads["team"]]
        await driven.until(lambda: driven.screen.thread_id == practice.threads["team"])
        await driven.press("r")
        await driven.type("Hi")
        await driven.press("ctrl+g")
        assert "No client gets this" in driven.toasts[-1]


async def test_a_client_in_the_portal_has_no_preview(practice: Practice, run: Run) -> None:  # P1, V5
    ana = practice.clients["Ana Flores"]
    async with run(practice.world.portal(ana), start="portal", portal_client=ana.id) as driven:
        await driven.until(lambda: "Client portal of Ana Flores" in driven.text)
        await driven.press("n", "enter", "enter")
        await driven.press("ctrl+g")
        assert not isinstance(driven.screen, PreviewScreen)


async def test_the_check_can_be_stopped_and_goes_on(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "AT_ONCE", 3)
    async with run(practice.actor, size=(120, 36)) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        driven.screen.query_one(ComposerText).insert(BODY)
        looked: list[int] = []
        scan = PreviewScreen._show_worth

        def stop_after_the_first(screen: PreviewScreen) -> None:
            scan(screen)
            if screen.scanned.looked and not looked:
                looked.append(screen.scanned.looked)
                screen.action_preview_stop()

        monkeypatch.setattr(PreviewScreen, "_show_worth", stop_after_the_first)
        await driven.press("ctrl+g")
        await driven.until(lambda: "Stopped after 3 of 10" in driven.text)
        assert driven.screen.scanned.next is not None
        await driven.press("s")
        await driven.until(lambda: "All 10 looked at" in driven.text)
        assert driven.screen.scanned.looked == 10
        assert driven.screen.worth[0].count == 9
        await driven.press("s")
        assert "looked at already" in driven.toasts[-1]


async def test_a_thread_that_is_gone_meanwhile_ends_it(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:  # V4, S1
    async with run(practice.actor, size=(120, 36)) as driven:
        await opened(driven, practice)
        practice.world.run(threads.delete, practice.actor, practice.threads["holiday"])
        refused: list[MessageCenterError] = []
        monkeypatch.setattr(driven.app, "refuse", refused.append)
        driven.screen.reread_soon()
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert isinstance(refused[0], NotFound)
        (draft,) = practice.world.run(drafts.list_drafts, practice.actor)
        assert draft.body == BODY  # S1, M4


async def test_foreign_text_steers_no_terminal(practice: Practice, run: Run) -> None:  # M3
    texts = [*HOSTILE.values()][::2]
    async with run(practice.actor, size=(120, 36)) as driven:
        for at in range(0, len(texts), SOME):
            some = texts[at : at + SOME]
            clients: list[PersonId] = []
            for number, text in enumerate(some, at):
                with suppress(BadInput):  # nobody can be called so
                    address = f"hostile{number}@mail.example"
                    clients.append(
                        practice.world.client(f"A{text[:150]}", practice.team, portal=True, email=address).id
                    )
            body = "\n".join(f"a{text}"[:900] for text in some)
            await shows_no_control(driven, Unsent(body, recipients=ALL_CLIENTS, workspace=practice.team.id), clients)


SOME = 15


async def shows_no_control(driven: Driven, unsent: Unsent, clients: Sequence[PersonId]) -> None:
    """Each of them in the form that is shown, the last in all of them."""
    driven.app.push_screen(PreviewScreen(unsent, "All Clients"))
    await driven.until(lambda: driven.screen.preview is not None)
    driven.screen._chosen = True  # the exceptions do not take their place
    for client in clients:
        await driven.screen._go(client)
        await driven.until(lambda: driven.screen.preview.client.id == driven.screen._trail[-1])
        assert unsafe_in(driven.text) == [], client
    for _ in range(3):
        await driven.press("tab")
        assert unsafe_in(driven.text) == []
    await driven.press("escape")
    await driven.until(lambda: isinstance(driven.screen, Inbox))


# -- words ------------------------------------------------------------------------------------------------------------


def styled(content: Any) -> list[str]:
    return [content.plain[span.start : span.end] for span in content.spans if span.style == render_preview.FILLED]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Dear Ana, bye", ["Ana"]),
        ("Practice: Dear Ana, b...", ["Ana"]),
        ("Practice: Dear An...", []),
        ("Something else", []),
    ],
)
def test_what_was_filled_in_is_marked_in_mail_and_sms(text: str, marks: list[str]) -> None:
    parts = (Piece(PieceKind.TEXT, "\nDear "), Piece(PieceKind.FIELD, "Ana"), Piece(PieceKind.TEXT, ", bye\n"))
    content = render_preview.marked(text, parts)
    assert content.plain == text
    assert styled(content) == marks


def test_progress_in_words() -> None:
    half = Scanned(looked=34_000, total=100_000, next="x")
    assert "Looked at 34,000 of 100,000  s stops" in render_preview.progress(half, stopped=False, width=60).plain
    assert render_preview.progress(half, stopped=True, width=60).plain == "Stopped after 34,000 of 100,000  s goes on"
