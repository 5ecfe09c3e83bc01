"""Lines out and lines in: words only, and the terminal's own cursor where one types."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Final

from msgcenter_tui.text import shown, shown_line

_SIGNS: Final = {ord("…"): "...", ord("‹"): "(", ord("›"): ")", **dict.fromkeys(range(0x2400, 0x2422), "")}
"""What other screens put for what cannot be shown, in what is read aloud well; pictures of controls are no words."""


class Stopped(Exception):
    """Somebody broke off what they were asked (ctrl+c). `typed` is what stood in the line."""

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self.typed = typed


class Ended(Stopped):
    """There is nobody to ask any more: the end of the input, or a signal to end."""


class Voice:
    """Says and asks. As a context manager it takes the signals: what they break off is only ever a question.

    A signal that comes during an act waits for the next question, so that no act is torn.
    """

    def __init__(self) -> None:
        self._readline: ModuleType | None = None
        self._echoes = sys.stdin.isatty()
        self._asking = False
        self._pending: type[Stopped] | None = None
        self._former: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> Voice:
        for number, what in ((signal.SIGINT, Stopped), (signal.SIGTERM, Ended), (signal.SIGHUP, Ended)):
            self._former[number] = signal.signal(number, self._breaking_off(what))
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")  # bytes that are no text are no reason to end
        if self._echoes and sys.stdout.isatty():
            self._readline = _line_editor()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    # -- out -----------------------------------------------------------------------------------------------------------

    def say(self, words: str = "") -> None:
        """One line, whatever the words hold."""
        print(spoken(words), flush=True)

    def tell(self, sentence: str) -> None:
        """The same as a sentence: with a capital and a full stop, where it has none."""
        self.say(as_sentence(sentence))

    def body(self, text: str) -> None:
        """A text of several lines, each set in: no line of it can pass for one of ours."""
        for line in shown(text).translate(_SIGNS).split("\n"):
            print(f"  {line}".rstrip(), flush=True)

    # -- in ------------------------------------------------------------------------------------------------------------

    def ask(self, prompt: str, given: str = "") -> str:
        """A line, `given` in it to be changed where lines can be edited. Raises Stopped, Ended."""
        if self._pending is not None:
            what, self._pending = self._pending, None
            raise what
        if (editor := self._readline) is not None:
            editor.set_startup_hook((lambda: editor.insert_text(given)) if given else None)
        self._asking = True
        try:
            return input(f"{spoken(prompt)}: ")
        except EOFError:
            print(flush=True)
            raise Ended from None
        except Stopped:
            print(flush=True)
            raise
        finally:
            self._asking = False
            if not self._echoes:
                print(flush=True)

    def _breaking_off(self, what: type[Stopped]) -> Callable[[int, FrameType | None], None]:
        def handle(_number: int, _frame: FrameType | None) -> None:
            if not self._asking:
                self._pending = what if self._pending is not Ended else Ended
                return
            self._asking = False
            raise what(self._readline.get_line_buffer() if self._readline is not None else "")

        return handle


def spoken(words: str) -> str:
    """Any text on one line, with nothing in it that steers a terminal, and no sign of ours that is no word."""
    return shown_line(words).translate(_SIGNS)


def as_sentence(words: str) -> str:
    """ "the thread is locked" -> "The thread is locked."."""
    words = words.strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!", ":", "…")) else ".")


def _line_editor() -> ModuleType | None:
    """readline, which gives `input` its editing, and a history that nobody keeps; None where there is none."""
    try:
        import readline
    except ImportError:
        return None
    # A pasted text is lines as typed ones are; the sequence that would tell it apart is one more to be read aloud.
    readline.parse_and_bind("set enable-bracketed-paste off")
    return readline
