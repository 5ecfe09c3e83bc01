"""Which keys send in this terminal? Each is pressed once; what arrives is told, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer

SEND = "compose.send"
ALSO = ("alt+enter", "shift+enter")
"""Keys that people know from elsewhere: where they arrive as what they are, they could send, too."""
SKIP = "space"

INTRODUCTION = (
    "Not every terminal tells each key from the others. Press each when it is asked for; space goes on where nothing "
    "comes, {send-keys.leave} ends. Nothing is sent."
)
NO_TELLING = "A terminal that speaks the kitty keyboard protocol tells all of them apart."
NOTHING_SENDS = "None of them sends here. {app.palette}, then Send, does; or name a key that arrives:"


class SendKeys(CenterModal[None]):
    """Asks for one key after the other, those that send first. `arrived` has what came for each, None for nothing."""

    BINDINGS = keys.bindings("send-keys")

    def __init__(self) -> None:
        super().__init__()
        self.arrived: dict[str, str | None] = {}
        self._hint = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled("Which keys send here?", "bold"), id="question")
            yield Static(Content.styled(self.in_keys(INTRODUCTION), "$muted"))
            yield Static(id="send-keys")
        yield Footer()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))
        self._tell()

    @property
    def sending(self) -> Sequence[str]:
        """The keys that send in the composer, as the keymap has them."""
        return keys.effective(self.services.keymap)[SEND]

    @property
    def asked(self) -> str | None:
        """The key that is to be pressed now; None: all were."""
        every = dict.fromkeys((*self.sending, *ALSO))
        return next((key for key in every if key not in self.arrived), None)

    def on_key(self, event: events.Key) -> None:
        asked = self.asked
        if asked is None or event.key == "escape":
            return
        event.stop()
        event.prevent_default()
        self._hint = ""
        if event.key == asked:
            self.arrived[asked] = event.key
        elif event.key == SKIP:
            self.arrived[asked] = None
        elif event.is_printable or self.arrived.get(event.key) == event.key:  # a slip, or pressed twice
            self._hint = f"That was {_label(event.key)}."
        else:
            self.arrived[asked] = event.key
        self._tell()

    def action_send_keys_leave(self) -> None:
        self.dismiss()

    def action_send_keys_again(self) -> None:
        self.arrived.clear()
        self._tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "send_keys_again" or (self.is_mounted and self.asked is None)

    # -- in words ------------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        lines = [_line(key, came) for key, came in self.arrived.items()]
        if (asked := self.asked) is not None:
            lines.append(Content.assemble((f"▸ {_label(asked):<13}", "bold $accent"), f"press it now. {self._hint}"))
        else:
            lines += [Content.empty(), *self._summary()]
        self.query_one("#send-keys", Static).update(Content("\n").join(lines))
        self.refresh_bindings()

    def _summary(self) -> list[Content]:
        sends = [key for key in self.sending if self.arrived[key] == key]
        could = [key for key in ALSO if key not in self.sending and self.arrived[key] == key]
        lines = []
        if sends:
            one = len(sends) == 1
            lines.append(
                Content.styled(f"{' and '.join(map(_label, sends))} send{'s' if one else ''} a message.", "bold")
            )
        lines += [Content(words) for key in self.sending if (words := _why_not(key, self.arrived[key]))]
        if not sends:
            lines.append(Content.styled(self.in_keys(NOTHING_SENDS), "$warning"))
        elif could:
            lines.append(Content(f"{' and '.join(map(_label, could))} could send, too, by the configuration:"))
        if could or not sends:
            named = ",".join((*sends, *could)) or "f12"
            lines.append(Content.styled(f'  [ui.keymap]\n  "{SEND}" = "{named}"', "$secondary"))
        if any(came != key for key, came in self.arrived.items()):
            lines.append(Content.styled(NO_TELLING, "$muted"))
        return lines


def _label(key: str) -> str:
    """A key as this screen asks for it: spelled out, for it may be the first that somebody reads of."""
    return render.plain(key)


def _line(key: str, came: str | None) -> Content:
    if came == key:
        sign, words = Content.styled("✓ ", "bold $success"), "arrives as it is"
    elif came is None:
        sign, words = Content.styled("– ", "$muted"), "nothing came"
    else:
        sign, words = Content.styled("! ", "bold $warning"), f"arrives as {_label(came)}"
    return Content.assemble(sign, (f"{_label(key):<13}", "bold"), words)


def _why_not(key: str, came: str | None) -> str:
    if came == key:
        return ""
    if came is None:
        return f"{_label(key)} does not send: the terminal, or what it runs in, keeps it."
    if came == "enter":
        return f"{_label(key)} is the same as enter in this terminal: it begins a new line."
    return f"{_label(key)} does not send in this terminal: it arrives as {_label(came)}."
