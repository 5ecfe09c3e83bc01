"""What the app says: the one sink for errors, and the toasts, which are kept to be read again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, time

from textual.css.query import NoMatches
from textual.message_pump import MessagePump
from textual.notifications import Notify, SeverityLevel
from textual.widgets._toast import ToastRack

from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.text import shown_line
from msgcenter_tui.tui import trouble
from msgcenter_tui.tui.said import Said, Saying
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.services import Services
from msgcenter_tui.tui.typing_order import InOrder


class Telling(InOrder, inherit_bindings=False):
    """An app that says what became of what was asked, and never falls over an error."""

    services: Services

    def __init__(self) -> None:
        super().__init__()
        self.troubles: list[BaseException] = []
        """Errors that nobody expected, for the tests."""
        self.said = Said()

    @property
    def is_open(self) -> bool:
        """The store is open, and `services` are there."""
        raise NotImplementedError

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Around whatever asks the center: a refusal becomes a toast, an unexpected error is logged."""
        try:
            yield
        except MessageCenterError as error:
            self.refuse(error)
        except Exception as error:  # noqa: BLE001  (the one sink: a terminal that dies would lose more)
            self.trouble(error)

    @property
    def is_away(self) -> bool:
        """The store does not answer, and the top line says so."""
        raise NotImplementedError

    @contextmanager
    def guarded_aside(self) -> Iterator[None]:
        """Around what nobody waits for: what is said already, that the store does not answer, is not said each time."""
        with self.guarded():
            try:
                yield
            except StoreUnavailable:
                if not self.is_away:
                    raise

    def _on_notify(self, event: Notify) -> None:
        """A toast comes (Textual shows it), the one before goes: it has one line at the foot, over the keys."""
        for toast in list(self._notifications):
            self._unnotify(toast, refresh=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        self.note(message, severity)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def _refresh_notifications(self) -> None:
        self.place_toasts()
        super()._refresh_notifications()

    def place_toasts(self) -> None:
        """They lie over the keys, and over nothing that is being written."""
        if self._notifications and self.screen_stack:
            from msgcenter_tui.tui import toasts

            toasts.place(self.screen, self._notifications)

    def clear_notifications(self) -> None:
        """On the screens below, too: a dialog leaves something of them to be seen."""
        below = self.screen_stack[:-1] if self._notifications else []
        super().clear_notifications()
        for screen in below:
            for rack in (child for child in screen.children if isinstance(child, ToastRack)):
                self.call_later(rack.show, self._notifications)

    def answers_are_past(self) -> None:
        """Where they were given is left: what was said before the last key, which left it, is not shown any more."""
        since = monotonic() - self.last_key
        for toast in list(self._notifications):
            if time() - toast.raised_at > since:
                self._unnotify(toast, refresh=False)
        self._refresh_notifications()

    def note(self, message: str, severity: str) -> None:
        """Keep what is said, to be read again."""
        if self.is_open:
            self.said.note(self._reader, Saying(message, severity, self.services.clock()))

    @property
    def _reader(self) -> MessagePump:
        """For whom it is what is said now: the portal that is shown, be it under a dialog, or else staff."""
        acting = (one.acting if isinstance(one, CenterScreen) else one for one in reversed(self.screen_stack))
        return next((one for one in acting if isinstance(one, CenterScreen) and one.OF_CLIENT), self)

    def say(self, words: str, *, title: str = "") -> None:
        """A short answer to what was done; foreign text in `words` is made safe here."""
        self.notify(shown_line(words), title=title, markup=False, timeout=4)

    def warn(self, words: str) -> None:
        self.notify(shown_line(words), severity="warning", markup=False, timeout=6)

    def refuse(self, error: MessageCenterError) -> None:
        """Show a refusal or failure: what, why, and what would work (S1)."""
        words = trouble.refusal(trouble.as_here(error, self.services.keymap))
        self.notify(words, severity="warning", markup=False, timeout=6)

    def trouble(self, error: BaseException) -> None:
        """An error that nobody expected: into the log without anybody's words, and a calm line for the reader."""
        self.troubles.append(error)
        trouble.log_places(error)
        where = f"; the details are in {self.services.log}" if self.services.log else ""
        self.notify(
            f"Something went wrong inside ({type(error).__name__}). Nothing you wrote is lost{where}.",
            severity="error",
            markup=False,
            timeout=10,
        )

    def _handle_exception(self, error: Exception) -> None:
        # What a key or a timer asks of a screen that is being taken down with the app is no fault.
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print the local variables of every frame, and with them people's words and addresses.
        error = sys.exc_info()[1]
        if error is not None:
            trouble.log_places(error)
        name = type(error).__name__ if error else "error"
        self._exit_renderables.append(
            f"The Message Center had to stop ({name}). Drafts are stored as they are written; start it again to go on."
        )
        self._close_messages_no_wait()
