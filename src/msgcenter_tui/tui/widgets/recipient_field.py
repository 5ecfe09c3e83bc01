"""To: All Clients, All Team Members, or the people found by typing; Enter takes, and goes on when nothing is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from msgcenter_tui.domain import Person, PersonId, PersonKind, Recipients, ThreadKind, WorkspaceId
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.typing_order import Listing

BROADCASTS = {
    ThreadKind.ALL_CLIENTS: ("⌂ All Clients", "Lead and Active, and whoever joins later"),
    ThreadKind.ALL_TEAM: ("⌂ All Team Members", "every member of the team but you"),
}


ROOM_FOR_HINTS = 58

NOBODY = "Nobody like that: type less, or another name"
NO_NAME = "Nobody has such a name: {recipients.down} chooses one who has it in their address or number"


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be named, and the workspace they were found in."""

    person: Person
    workspace: WorkspaceId | None
    aside: str = ""
    by_name: bool = True
    """What was typed is in their name, not in what else is known of them."""


class _Typing(Input):
    """Tells its field when there is nothing left to delete."""

    class Emptied(Message):
        """Backspace in front of nothing."""

    def action_delete_left(self) -> None:
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Emptied())


class RecipientField(Vertical, Listing):
    """Knows whom a new thread goes to. It asks for people by `Searched`; the screen answers with `offer`."""

    BINDINGS = keys.bindings("recipients")

    @dataclass
    class Changed(Message):
        recipients: Recipients | None
        workspace: WorkspaceId | None
        """Where the person just named was found; None where that does not matter."""

    @dataclass
    class Searched(Message):
        text: str

    class Done(Message):
        """Enter with nothing typed and somebody chosen."""

    class TooSoon(Message):
        """Enter, and the people are not found yet."""

    class NoName(Message):
        """Enter, and what is typed is in the name of none of several."""

    def __init__(self, kinds: Sequence[ThreadKind]) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self._kind: ThreadKind | None = None
        self._people: list[Person] = []
        self._offered: dict[str, Found] = {}
        self._answered: str | None = None
        """What was typed when the people were searched who are on offer."""

    def compose(self) -> ComposeResult:
        yield Static(id="to--chosen")
        yield _Typing(placeholder="type a name, or choose below", id="to--typing", compact=True)
        offers = OptionList(id="to--offers", markup=False, compact=True)
        offers.can_focus = False
        yield offers

    def on_mount(self) -> None:
        self._show_chosen()
        self._offer(())

    # -- what is chosen -----------------------------------------------------------------------------------------------

    @property
    def recipients(self) -> Recipients | None:
        if self._kind is not None:
            return Recipients(self._kind)
        if self._people:
            return Recipients(ThreadKind.DIRECT, tuple(person.id for person in self._people))
        return None

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(self._people)

    @property
    def half_named(self) -> bool:
        """Something is typed that nobody was taken for: who goes on may believe that they are in it."""
        return bool(self._typed)

    def choose(self, recipients: Recipients | None, people: Sequence[Person] = ()) -> None:
        """Set what is chosen without telling anybody: a draft, or a client to write to."""
        self._kind = recipients.kind if recipients is not None and recipients.kind.broadcast else None
        self._people = list(people)
        self._show_chosen()
        self._offer(())

    def offer(self, typed: str, found: Sequence[Found] | None) -> None:
        """Everybody who fits what was typed, None where they could not be found; of no use once something else is."""
        if typed == self._typed:
            self._answered = typed
            self._offer(found or (), everybody=found is not None)

    def is_behind(self, event: events.Key) -> bool:
        """Enter and the arrows are about what will be found, not about what is left of what was found before."""
        if event.key == "enter":
            return self._is_unsure
        return self._answered != self._typed and event.key in self._bindings.key_to_bindings

    @property
    def _is_unsure(self) -> bool:
        """Whether it is not known yet what Enter is about."""
        goes_on = self.recipients is not None or bool(self.kinds)  # or takes a kind, whoever there is
        return self._answered != self._typed and (bool(self._typed) or not goes_on)

    def _offer(self, found: Sequence[Found], *, everybody: bool = False) -> None:
        """`everybody`: there is nobody else, so that an empty list is an answer.

        Enter takes the first; but of several who were found by their address or number alone, none unseen.
        """
        chosen = {person.id for person in self._people}
        named_first = sorted(found, key=lambda one: not one.by_name)
        self._offered = {one.person.id: one for one in named_first if one.person.id not in chosen}
        options = [Option(_broadcast(kind), id=kind.value) for kind in self._kinds_that_fit()]
        options += [Option(_person(one), id=one.person.id) for one in self._offered.values()]
        if everybody and self._typed and not options:
            options = [Option(Content.styled(NOBODY, "$muted"), disabled=True)]
        self._list.set_options(options)
        # Chosen already and nothing typed: Enter goes on, so nothing is on offer.
        self._list.display = bool(options) and (bool(self._typed) or self.recipients is None)
        if options:
            first = self._offered.get(PersonId(options[0].id or ""))
            unclear = first is not None and not first.by_name and len(options) > 1
            self._list.highlighted = None if unclear or options[0].disabled else 0

    @property
    def _list(self) -> OptionList:
        return self.query_one("#to--offers", OptionList)

    @property
    def _typed(self) -> str:
        return self.query_one("#to--typing", Input).value.strip()

    def _kinds_that_fit(self) -> list[ThreadKind]:
        typed = self._typed.casefold()
        if self._people or (self._kind is not None and not typed):
            return []
        return [kind for kind in self.kinds if typed in BROADCASTS[kind][0].casefold()]

    def _show_chosen(self) -> None:
        chosen = self.query_one("#to--chosen", Static)
        if self._kind is not None:
            chosen.update(Content.styled(f" {BROADCASTS[self._kind][0]} ", "bold $accent on $chosen"))
        else:
            tokens = [render.line(f" {render.plain(person.name)} ", "on $chosen") for person in self._people]
            chosen.update(Content(" ").join(tokens))
        chosen.display = self.recipients is not None
        typing = self.query_one("#to--typing", Input)
        if self.recipients is not None and 0 < self.size.width < ROOM_FOR_HINTS:
            typing.placeholder = "⏎ goes on · ⌫ removes"
        elif self._kind is not None:
            typing.placeholder = "⏎ goes on · ⌫ takes it away · or type a name instead"
        elif self._people:
            typing.placeholder = "⏎ goes on · type another name · ⌫ takes the last away"
        else:
            typing.placeholder = "type a name, or choose below" if self.kinds else "type a name"

    def _changed(self, workspace: WorkspaceId | None = None) -> None:
        with self.prevent(Input.Changed):
            self.query_one("#to--typing", Input).value = ""
        self._show_chosen()
        self._ask(())
        self.post_message(self.Changed(self.recipients, workspace))

    def _ask(self, meanwhile: Sequence[Found]) -> None:
        """Have the people searched who fit what is typed."""
        self._answered = None
        self._offer(meanwhile)
        self.post_message(self.Searched(self._typed))

    def on_resize(self) -> None:
        self._show_chosen()

    # -- the hand -----------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#to--typing")
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        known = [one for one in self._offered.values() if self._typed.casefold() in one.person.name.casefold()]
        self._ask(known)

    @on(Input.Submitted, "#to--typing")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        option = self._list.highlighted_option if self._list.display else None
        if self._is_unsure:
            self.post_message(self.TooSoon())
        elif option is not None and option.id is not None:
            self._take(option.id)
        elif not self._typed:
            self.post_message(self.Done())
        elif self._offered:
            self.post_message(self.NoName())

    @on(OptionList.OptionSelected, "#to--offers")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id is not None:
            self._take(event.option.id)

    def _take(self, key: str) -> None:
        if key in self._offered:
            found = self._offered[PersonId(key)]
            first = not self._people
            self._kind = None
            self._people.append(found.person)
            self._changed(found.workspace if first else None)
        else:
            self._kind = ThreadKind(key)
            self._people = []
            self._changed()

    @on(_Typing.Emptied)
    def _take_away(self, event: _Typing.Emptied) -> None:
        event.stop()
        if self._kind is not None or self._people:
            self._kind = None
            self._people = self._people[:-1]
            self._changed()

    def action_recipients_up(self) -> None:
        self._list.action_cursor_up()

    def action_recipients_down(self) -> None:
        if not self._list.display and self._list.option_count:
            self._list.display = True
        else:
            self._list.action_cursor_down()


def _broadcast(kind: ThreadKind) -> Content:
    words, aside = BROADCASTS[kind]
    return Content.assemble((words, "bold"), "  ", (aside, "$muted"))


def _person(found: Found) -> Content:
    kind = "client" if found.person.kind is PersonKind.CLIENT else "staff"
    aside = f"{kind}, {render.plain(found.aside)}" if found.aside else kind
    if not found.by_name:
        aside += ", by address or number"
    return Content.assemble(render.line(found.person.name), "  ", (aside, "$muted"))
