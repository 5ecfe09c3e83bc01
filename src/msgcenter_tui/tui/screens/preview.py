"""As each client will see it, before it is sent: portal, e-mail and SMS, the exceptions first (T6)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import Channel, Notable, Person, PersonId, PersonKind, Scanned, ThreadKind, Unsent
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.rules import notables, sms, waiting
from msgcenter_tui.tui import acts, keys, render, render_preview
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.finder import Finder, Match
from msgcenter_tui.tui.widgets.footer import Footer
from msgcenter_tui.tui.widgets.top_line import TopLine
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from msgcenter_tui.center.previews import Preview
    from msgcenter_tui.store.letters import Letter

FORMS = ("portal", "email", "sms")
TITLES = ("Portal", "E-mail", "SMS")
FOUND = 50
JOINS_LATER = "No client gets it now. This is how one who joins later will see it."


def nothing_to_preview(kind: ThreadKind, people: Sequence[Person], body: str) -> str:
    """Why a message has no preview, a sentence; empty where it has one."""
    if not body.strip():
        return "Nothing is written yet"
    if kind is ThreadKind.ALL_TEAM:
        return "No client gets this: your team reads it as it is written"
    if kind is ThreadKind.DIRECT and not any(person.kind is PersonKind.CLIENT for person in people):
        return "No client gets this: it is read as it is written"
    return ""


class PreviewScreen(CenterScreen[bool]):
    """Dismissed with True to go on to the send, with False to go back to the text.

    Who has been looked at is a trail, along which one goes back and forth; at its end comes the next exception, and
    when all of them have been seen the next client by name.
    """

    BINDINGS = keys.bindings("preview")
    AUTO_FOCUS = ""

    def __init__(self, unsent: Unsent, whom: str) -> None:
        super().__init__()
        self.unsent = unsent
        self.scanned = Scanned()
        self.worth: tuple[Notable, ...] = ()
        self.preview: Preview | None = None
        self._whom = whom
        self._trail: list[PersonId | None] = []
        self._at = -1
        self._by_name: PersonId | None = None
        """The last who came by name."""
        self._reason = -1
        self._stopped = False
        self._chosen = False
        """Somebody was asked for: the first exception does not take their place."""
        self._mail: Content = Content.empty()
        self._sms: Content = Content.empty()

    def compose(self) -> ComposeResult:
        yield TopLine("Preview")
        with Horizontal(id="preview"):
            with Vertical(id="preview--page"):
                yield Static(id="preview--who")
                yield Static(id="preview--why")
                yield ViewTabs(TITLES)
                with Horizontal(id="preview--forms"):
                    for form, title in zip(FORMS, TITLES, strict=True):
                        with VerticalScroll(id=f"preview--{form}", classes="preview--form"):
                            yield Static(title, classes="preview--title")
                            yield Static(classes="preview--text")
            with VerticalScroll(id="preview--side", can_focus=False):
                yield Static(Content.styled("Worth a look", "bold"), id="preview--worth-title")
                yield Static(id="preview--worth")
                yield Static(id="preview--progress")
        yield Footer()

    def on_mount(self) -> None:
        self._choose_form(0)
        self.do(self._begin(), group="begin")

    # -- whom ----------------------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """The first by name at once; the first exception as soon as it is found, unless somebody was asked for."""
        try:
            await self._go(await self._next_by_name())
        except MessageCenterError as error:
            self.center.refuse(error)
            self.dismiss(False)
            return
        self.do(self._scan(), group="scan")

    @property
    def _has_later(self) -> bool:
        """Others may join who see it then (V2)."""
        return self.preview is None or self.preview.portal.kind is ThreadKind.ALL_CLIENTS

    async def _next_by_name(self) -> PersonId | None:
        """The next by name who was not looked at yet; None at the end."""
        seen = set(self._trail)
        while True:
            found = await self.perform(acts.previews.neighbours, self.actor, self.unsent, self._by_name)
            if not found:
                return None
            self._by_name = found[0].id
            if self._by_name not in seen:
                return self._by_name

    async def _go(self, client: PersonId | None) -> None:
        """Look at this client, or (None) at one who joins later, and remember it at the trail's end."""
        self._trail.append(client)
        self._at = len(self._trail) - 1
        await self._look()

    async def _look(self) -> None:
        client = self._trail[self._at]
        preview = await self.perform(acts.previews.preview, self.actor, self.unsent, client)
        mail, text = await asyncio.to_thread(self._forms, preview, self._width)
        if self._trail[self._at] == client:
            self.preview, self._mail, self._sms = preview, mail, text
            self._show()
            self.refresh_bindings()

    def _unseen(self) -> list[PersonId]:
        seen = set(self._trail)
        first = dict.fromkeys(person.id for one in self.worth for person in one.first)
        return [one for one in first if one not in seen]

    # -- the check of everybody ----------------------------------------------------------------------------------------

    async def _scan(self) -> None:
        """Look at all who get it, some thousand at a time; whatever is done meanwhile goes before."""
        make = self.services.proofs
        proofs = None if make is None else await asyncio.to_thread(make)
        how_to_stop = sms.REPLY_STOP if proofs is None else proofs.how_to_stop
        while not self._stopped:
            after = self.scanned.next
            found = await self.perform(
                acts.previews.scan, self.actor, self.unsent, after=after, how_to_stop=how_to_stop
            )
            self.scanned = notables.added(self.scanned, found)
            self.worth = notables.worth_a_look(self.scanned)
            self._show_worth()
            if self.scanned.next is None:
                break
        if not self._chosen and (unseen := [one for notable in self.worth for one in notable.first]):
            self._trail.clear()  # nobody has gone anywhere yet: the exceptions come first
            self._by_name = None
            await self._go(unseen[0].id)
        else:
            self._show()

    def action_preview_stop(self) -> None:
        if self.scanned.total is not None and self.scanned.next is None:
            self.center.say("Everybody was looked at already")
        elif self._stopped:
            self._stopped = False
            self.do(self._scan(), group="scan")
        else:
            self._stopped = True
        self._show_worth()

    # -- showing -------------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        """Somebody changed something: the client who is shown is read again."""
        if self._at < 0 or self.preview is None:
            return
        try:
            await self._look()
        except MessageCenterError as error:
            self.center.refuse(error)
            self.dismiss(False)

    @property
    def shows_ledger(self) -> bool:
        return False

    def _forms(self, preview: Preview, width: int) -> tuple[Content, Content]:
        """How the letters read, in a thread: the first takes what makes mails into memory."""
        email = self._form(preview, Channel.EMAIL, preview.email, width)
        return email, self._form(preview, Channel.SMS, preview.sms, width)

    def _form(self, preview: Preview, channel: Channel, letter: Letter | str, width: int) -> Content:
        name = {Channel.EMAIL: "e-mail", Channel.SMS: "SMS"}[channel]
        if isinstance(letter, str):
            return render_preview.not_there(f"No {name}", letter)
        if self.services.proofs is None:
            return render_preview.not_there(f"An {name} leaves", "how it reads is not known here")
        proofs = self.services.proofs()
        waits = waiting.waits_for(dict(self.center.status.stopped), [channel])
        try:
            if channel is Channel.EMAIL:
                return render_preview.mail(proofs.mail(letter), preview.portal.pieces, waits, width)
            return render_preview.sms(proofs.sms(letter), letter.address, preview.portal.pieces, waits)
        except MessageCenterError as error:
            return render_preview.not_there(f"No {name}", str(error))

    def _show(self) -> None:
        preview = self.preview
        if preview is None:
            return
        self._show_who(preview)
        forms = (self._portal(preview), self._mail, self._sms)
        for form, content in zip(FORMS, forms, strict=True):
            self.query_one(f"#preview--{form} .preview--text", Static).update(content)
        self._show_worth()

    def _portal(self, preview: Preview) -> Content:
        width = self._width
        return render_preview.portal(preview.portal, preview.client.name, preview.empty, width, self.services.zone)

    @property
    def _width(self) -> int:
        """Cells for a form's lines."""
        return max(20, self.query_one(f"#preview--{FORMS[self.tabs.active]} .preview--text").content_size.width or 60)

    def _show_who(self, preview: Preview) -> None:
        if preview.later:
            words = Content.styled("A client who joins later", "bold")
            why = Content.styled(JOINS_LATER if self.scanned.total == 0 else _AS_LATER, "$muted")
        else:
            words = render.line(preview.client.name, "bold")
            why = render_preview.reasons(self.worth, preview.client.id)
        subject = Content.assemble(("As ", "$muted"), words, (" will see it", "$muted"))
        whom = Content.assemble(("to ", "$muted"), render.line(self._whom))
        width = self.query_one("#preview--who").content_size.width or self.size.width
        self.query_one("#preview--who", Static).update(render.ends(subject, whom, width))
        if preview.problem:
            why = Content("\n").join(
                [render.line(f"✗ cannot be sent: {preview.problem}", "$error"), *([why] if why else [])]
            )
        static = self.query_one("#preview--why", Static)
        static.update(why)
        static.display = bool(why)

    def _show_worth(self) -> None:
        shown = self.preview.client.id if self.preview else ""
        here = {(one.kind, one.field) for one in self.worth if any(person.id == shown for person in one.first)}
        self.query_one("#preview--worth", Static).update(render_preview.exceptions(self.worth, here, self.scanned))
        progress = self.query_one("#preview--progress", Static)
        width = progress.content_size.width or 40
        progress.update(render_preview.progress(self.scanned, stopped=self._stopped, width=width))

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    # -- the forms -----------------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> ViewTabs:
        return self.query_one(ViewTabs)

    @on(ViewTabs.Chosen)
    def _tab_chosen(self, event: ViewTabs.Chosen) -> None:
        self._choose_form(event.index)

    def _choose_form(self, index: int) -> None:
        for place, form in enumerate(FORMS):
            self.query_one(f"#preview--{form}").set_class(place == index, "-active")
        self.query_one(f"#preview--{FORMS[index]}").focus()

    def action_preview_form(self) -> None:
        self.tabs.step(1)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def action_preview_next(self) -> None:
        self._chosen = True
        self.do(self._next(), group="step", exclusive=True)

    async def _next(self) -> None:
        if self._at + 1 < len(self._trail):
            self._at += 1
            await self._look()
        elif unseen := self._unseen():
            await self._go(unseen[0])
        elif (following := await self._next_by_name()) is not None:
            await self._go(following)
        else:
            self.center.say("That was everybody who gets it")

    def action_preview_previous(self) -> None:
        self._chosen = True
        if self._at <= 0:
            self.center.say("This is the first")
            return
        self._at -= 1
        self.do(self._look(), group="step", exclusive=True)

    def action_preview_reason(self) -> None:
        if not self.worth:
            self.center.say("No exception was found" if self.scanned.next is None else "No exception was found yet")
            return
        self._chosen = True
        self._reason = (self._reason + 1) % len(self.worth)
        self.do(self._go(self.worth[self._reason].first[0].id), group="step", exclusive=True)

    def action_preview_later(self) -> None:
        if not self._has_later:
            self.center.say("Nobody joins a direct thread later by themselves")
            return
        self._chosen = True
        self.do(self._go(None), group="step", exclusive=True)

    def action_preview_find(self) -> None:
        self.do(self._find(), group="find", exclusive=True)

    async def _find(self) -> None:
        async def search(typed: str) -> Sequence[Match]:
            found = await self.perform(acts.previews.neighbours, self.actor, self.unsent, search=typed, limit=FOUND)
            return [Match(person.id, person.name) for person in found]

        who = await self.app.push_screen_wait(Finder("Preview for", search, "No client like that gets it"))
        if who is not None:
            self._chosen = True
            self._by_name = PersonId(who)
            await self._go(self._by_name)

    def action_preview_send(self) -> None:
        self._stopped = True
        self.dismiss(True)

    @property
    def leads_elsewhere(self) -> bool:
        return True

    async def give_way(self) -> None:
        self.action_preview_leave()

    def action_preview_leave(self) -> None:
        self._stopped = True
        self.dismiss(False)

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        return action != "preview_later" or self._has_later

    def words_for(self, action: str) -> str | None:
        return "Go on" if action == "preview.stop" and self._stopped else None


_AS_LATER = "Nobody yet: without a phone number, with a portal. Who joins later is not notified of it."
