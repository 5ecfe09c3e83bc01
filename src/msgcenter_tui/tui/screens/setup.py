"""First start on an empty store: who you are, where your clients live, and the mail account, now or later."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.config.places import config_path
from msgcenter_tui.domain import Actor, PersonKind, Staff
from msgcenter_tui.errors import BadInput, MessageCenterError
from msgcenter_tui.text import clean_name
from msgcenter_tui.tui import acts, keys
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.form import Form, Line, Values

STEPS = ("You", "Your clients", "Mail account")

WORDS = (
    "Welcome. Three short steps, and you can write to your clients. Who are you?",
    "Where do your clients live? You can add teams, and people to them, at any time.",
    "Which mail account do notifications leave by? {setup.test} sends a test mail to yourself, {setup.later} leaves "
    "this for later.",
)
NO_ACCOUNT_HERE = (
    "The mail account is set under [smtp] in {file}. Until then nothing leaves: it waits. {setup.save} goes on."
)

SEND_KEYS = "See which keys send a message in this terminal?"
WHY_SEND_KEYS = (
    "Some terminals do not tell ctrl+enter from enter. Four keys, each pressed once, show it; nothing is sent.\n"
    "Later: {app.palette}, then Check my send keys."
)

SECURITY = (("starttls", "STARTTLS (587)"), ("tls", "TLS (465)"), ("none", "none (this machine only)"))

YOU: Sequence[Line] = (
    Line("name", "Your name", hint="As your clients will read it"),
    Line("email", "Your e-mail", hint="You are the administrator, and are notified there"),
)
CLIENTS: Sequence[Line] = (
    Line(
        "kind",
        "Clients",
        "team",
        options=(("team", "of a team, with colleagues now or later"), ("personal", "only mine")),
        hint="All in a team share its clients. A personal workspace is yours in either case",
    ),
    Line("team", "Team's name", hint="As your clients will read it; not needed when they are only yours"),
)
ACCOUNT: Sequence[Line] = (
    Line("host", "Server", hint="As in smtp.example.org"),
    Line("port", "Port", "587"),
    Line("security", "Security", "starttls", options=SECURITY),
    Line("username", "User name"),
    Line("password", "Password", secret=True),
    Line("from", "From", hint="The address your clients see and answer"),
)


class Setup(CenterScreen[None]):
    """Nothing is written before the second step is done; the third can be skipped, now and for good."""

    BINDINGS = keys.bindings("setup")

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self._filled: list[dict[str, str]] = [{}, {}, {}]
        self._you: Staff | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="setup"):
            yield Static(Content.styled("Message Center", "bold $accent"), id="setup--title")
            yield Static(id="setup--steps")
            yield Static(id="setup--words")
            yield Vertical(id="setup--form")
            yield Static(id="setup--answer")
        yield Footer()

    async def on_mount(self) -> None:
        await self._show(0)

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action in ("setup_test", "setup_later"):
            return self.step == 2
        return True

    # -- steps ---------------------------------------------------------------------------------------------------------

    async def _show(self, step: int) -> None:
        self.step = step
        parts = [
            Content.styled(f"{place + 1} {words}", "bold $accent" if place == step else "$muted")
            for place, words in enumerate(STEPS)
        ]
        self.query_one("#setup--steps", Static).update(Content("   ").join(parts))
        nowhere = step == 2 and self.services.configure_mail is None
        words = self.in_keys(NO_ACCOUNT_HERE if nowhere else WORDS[step]).replace("{file}", str(config_path()))
        self.query_one("#setup--words", Static).update(Content(words))
        self.answer("")
        place = self.query_one("#setup--form", Vertical)
        await place.remove_children()
        await place.mount(form := Form(self._lines()))
        if step == 1 and self._filled[1].get("kind", "team") == "team":
            form.start("team")  # most have one: there the hand types
        self.refresh_bindings()

    def _lines(self) -> list[Line]:
        lines = (YOU, CLIENTS, ACCOUNT)[self.step]
        if self.step == 2 and self.services.configure_mail is None:
            lines = ()
        filled = self._filled[self.step]
        if self.step == 2 and self._you is not None:
            filled = {"from": self._you.email, **filled}
        return [replace(line, value=filled.get(line.key, line.value)) for line in lines]

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    def answer(self, words: str, style: str = "$success") -> None:
        self.query_one("#setup--answer", Static).update(Content.styled(words, style))

    def _keep(self) -> Values:
        self._filled[self.step] = self.form.values
        return self._filled[self.step]

    @on(Form.Done)
    def action_setup_save(self) -> None:
        if not self._busy:
            self._busy = True
            self.do(self._go_on(), group="save")  # what is typed meanwhile is for the step that comes

    async def _go_on(self) -> None:
        values = self._keep()
        self.form.refuse("")
        try:
            if self.step == 0:
                _need(values, "name", "your name")
                _need(values, "email", "your e-mail address")
                await asyncio.to_thread(_check_you, values)
                await self._show(1)
            elif self.step == 1:
                await self._begin()
                await self._show(2)
            else:
                await self._save_account(values)
                self._finish()
        except MessageCenterError as error:
            self.form.refuse(str(error))
        finally:
            self._busy = False

    async def action_setup_back(self) -> None:
        self._keep()
        if self.step == 1 and self._you is None:
            await self._show(0)
        elif self.step == 0:
            key = keys.first("app.quit", self.services.keymap, writing=True)
            self.center.say(f"This is the first step: {key} leaves, and nothing is written")
        else:
            key = self.key_of("setup.later")
            self.center.say(f"You and your workspace are there already: {key} goes on without a mail account")

    # -- what is written -----------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """Make the first member of staff and, if wanted, a team (P: the personal workspace comes by itself)."""
        you, place = self._filled[0], self._filled[1]
        team = place["team"].strip()
        if place["kind"] == "team" and not team:
            raise BadInput("the team has no name", "", "give it one, or choose 'only mine'")
        if self._you is None:
            self._you = await self._add_you(you)
        actor = Actor(self._you.id, PersonKind.STAFF, self._you.name)
        if place["kind"] == "team":
            await self.perform(acts.teams.add, actor, team, self._you.id)
        self.services.actor = actor

    async def _add_you(self, you: Values) -> Staff:
        try:
            return await self.perform(acts.staff.add, None, you["name"], you["email"])
        except MessageCenterError as error:
            # It was the first step that could not be used: there the cure is.
            await self._show(0)
            raise error

    async def _save_account(self, values: Values) -> None:
        if self.services.configure_mail is None or not values.get("host", "").strip():
            return
        _check_account(values)
        await _call(self.services.configure_mail, dict(values))

    def action_setup_test(self) -> None:
        if not self._busy:
            self._busy = True
            self.do(self._test(), group="setup")

    async def _test(self) -> None:
        values = self._keep()
        self.form.refuse("")
        try:
            if self.services.test_mail is None or self._you is None:
                raise BadInput("no test mail can be sent from here", "", f"set [smtp] in {config_path()}")
            _need(values, "host", "the mail server")
            _check_account(values)
            self.answer("Sending a test mail …", "$muted")
            await _call(self.services.test_mail, dict(values), self._you.email)
        except MessageCenterError as error:
            self.answer("")
            self.form.refuse(str(error))
        else:
            self.answer("✓ The server has accepted the test mail: look into your mailbox.")
        finally:
            self._busy = False

    def action_setup_later(self) -> None:
        self._finish()

    def _finish(self) -> None:
        # The app's worker, not this screen's: the screen goes away under it.
        self.center.do(self._to_inbox(), group="setup")

    async def _to_inbox(self) -> None:
        await self.center.restart_places("inbox")
        await self.center.refresh_status()
        question = Confirm(SEND_KEYS, self.in_keys(WHY_SEND_KEYS), yes="Try them", no="Later")
        if await self.center.push_screen_wait(question):
            self.center.action_app_send_keys()


def _need(values: Values, key: str, what: str) -> None:
    if not values.get(key, "").strip():
        raise BadInput(f"{what} is missing", "", "fill it in to go on")


def _check_you(values: Values) -> None:
    """What the center will say of them, said where they are typed. (The check of addresses is slow to load.)"""
    from msgcenter_tui.center.addresses import email_address

    clean_name(values["name"], "your name")
    email_address(values["email"])


def _check_account(values: Values) -> None:
    from msgcenter_tui.center.addresses import email_address

    _need(values, "from", "the address your clients see")
    email_address(parseaddr(values["from"])[1] or values["from"])
    port = values["port"].strip()
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadInput("the port is not a number from 1 to 65535", "", "587 is usual for STARTTLS, 465 for TLS")


async def _call(deed: Callable[..., object], *args: object) -> None:
    """Run what the caller of the app gave us, which may wait for a disk or a server, off the event loop."""
    result = await asyncio.to_thread(deed, *args)
    if inspect.isawaitable(result):
        await result
