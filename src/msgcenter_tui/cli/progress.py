"""How far `msgcenter deliver` is: one line with a bar on a terminal, plain lines in a pipe, nothing with --json."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from queue import Full, Queue
from threading import Thread
from time import monotonic
from typing import Protocol, TextIO

from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.domain import LedgerStatus
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.files import write_all
from msgcenter_tui.tui import pace
from msgcenter_tui.tui.pace import Pace

_EVERY = 1.0
"""Seconds between two lines in a pipe, at least."""
_LOOK = 1.0
"""Seconds between two looks at what is still due, at least; as a share of its time a look costs little."""
_SHARE = 20
_MOST = 16
"""Lines that may wait to be said."""
_WARNINGS = 1000
"""The same of warnings: of many at once none is to be missed where somebody reads."""
_MOMENT = 1.0  # seconds
_HEARD = 0.1
"""Seconds after which what a look may have seen settled has been heard of."""


class Watcher(Protocol):
    """What hears the notifier's tally, and how many are still to leave."""

    @property
    def done(self) -> int:
        """How many were settled, as far as it has heard."""

    def hear(self, tally: Tally) -> None: ...

    def due(self, left: int, since: int = 0) -> None:
        """So many were left at a moment between that at which `since` were done and now."""

    def say(self, words: str) -> None:
        """A line of its own."""

    def close(self) -> None: ...


def watcher(*, quiet: bool) -> Watcher:
    if quiet:
        return Silent()
    return Bar() if sys.stdout.isatty() else Lines()


async def look(watcher: Watcher, status: Callable[[], Awaitable[LedgerStatus]], *, everything: bool) -> None:
    """Tell the watcher how many are still to leave, until cancelled; `everything`: also what is in its quiet period."""
    while True:
        began, done = monotonic(), watcher.done
        took = 0.0
        with suppress(MessageCenterError):  # the notifier says it, where it matters
            ledger = await status()
            took = monotonic() - began
            await asyncio.sleep(_HEARD)
            coming = ledger.waiting + ledger.retrying if everything else ledger.due
            watcher.due(coming + ledger.sending, done)
        await asyncio.sleep(max(_LOOK, _SHARE * took))


def words(figures: Mapping[str, int]) -> str:
    """ "1,203 sent, 2 failed"; empty where there is nothing to tell."""
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in figures.items() if number)


class _Voice:
    """Says one thing after the other, in a thread of its own: whoever reads may be slow, or gone, and the work goes on.

    What cannot be said in time is left out.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._waiting: Queue[Callable[[], object] | None] = Queue(most)
        self._thread = Thread(target=self._speak, name="deliver-says", daemon=True)
        self._thread.start()

    def say(self, saying: Callable[[], object]) -> None:
        with suppress(Full):
            self._waiting.put_nowait(saying)

    def end(self) -> None:
        """Wait a moment for what is left to be said."""
        with suppress(Full):
            self._waiting.put_nowait(None)
        self._thread.join(_MOMENT)

    def _speak(self) -> None:
        while (saying := self._waiting.get()) is not None:
            with suppress(OSError):  # nobody watches any more, or can
                saying()


class Silent:
    done = 0

    def hear(self, tally: Tally) -> None: ...

    def due(self, left: int, since: int = 0) -> None: ...

    def say(self, words: str) -> None: ...

    def close(self) -> None: ...


class _Counted:
    """How many are settled, and how many are left: by the looks, less what was settled since."""

    def __init__(self) -> None:
        self.done = 0
        self.left = 0

    def settled(self, tally: Tally) -> None:
        done = sum(asdict(tally).values()) - tally.retrying  # these are still to leave
        if done < self.done:  # another notifier, which begins anew
            self.done = 0
        self.left = max(0, self.left - (done - self.done))
        self.done = done

    def looked(self, left: int, since: int) -> None:
        """What was settled meanwhile may be counted in `left`, or not: what is known stays where both can be true."""
        self.left = min(max(self.left, left - max(0, self.done - since)), left)


class _Speaking:
    """Counts, and says what it has to say aside."""

    def __init__(self) -> None:
        self._count = _Counted()
        self._voice = _Voice()

    @property
    def done(self) -> int:
        return self._count.done


class Lines(_Speaking):
    """For a log or a program: at most one line a second."""

    def __init__(self) -> None:
        super().__init__()
        self._last = -_EVERY

    def hear(self, tally: Tally) -> None:
        self._count.settled(tally)
        if monotonic() - self._last < _EVERY:
            return
        self._last = monotonic()
        left = f", {self._count.left:,} to go" if self._count.left else ""
        self.say(f"{words(asdict(tally))}{left}")

    def due(self, left: int, since: int = 0) -> None:
        self._count.looked(left, since)

    def say(self, words: str) -> None:
        self._voice.say(partial(_print, words, sys.stdout))

    def close(self) -> None:
        self._voice.end()


class Bar(_Speaking):
    """For a person: sent of all that is due, the pace, the time left, and what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        # Loaded only where it is needed: a command that draws nothing starts without it.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._progress = Progress(
            TextColumn("{task.fields[sent]:,} of {task.total:,.0f} sent"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[pace]}", style="dim"),
            TextColumn("{task.fields[wrong]}", style="yellow"),
            console=Console(highlight=False),
            refresh_per_second=4,
            redirect_stderr=sys.stderr.isatty(),  # what goes to a file stays there
        )
        self._task = self._progress.add_task("", total=0, sent=0, pace="", wrong="", visible=False)
        self._pace = Pace()
        self._tally = Tally()
        self._progress.start()

    def hear(self, tally: Tally) -> None:
        self._count.settled(tally)
        self._tally = tally
        self._show()

    def due(self, left: int, since: int = 0) -> None:
        self._count.looked(left, since)
        if left or self._count.done:
            self._show()

    def _show(self) -> None:
        done, left = self._count.done, self._count.left
        self._pace.note(datetime.now(UTC), done)
        said = pace.words(self._pace.a_second) if left else ""
        if said and (span := self._pace.left(left)) is not None:
            said = f"{said}, {pace.remaining(span)} left"
        rest = {name: number for name, number in asdict(self._tally).items() if name != "sent"}
        wrong = words({name.replace("retrying", "to retry"): number for name, number in rest.items()})
        self._progress.update(
            self._task, completed=done, total=done + left, visible=True, sent=self._tally.sent, pace=said, wrong=wrong
        )

    def say(self, words: str) -> None:
        self._voice.say(partial(self._progress.console.print, words, markup=False))

    def close(self) -> None:
        self._voice.say(self._progress.stop)
        self._voice.end()


@contextmanager
def warnings() -> Iterator[Callable[[str], None]]:
    """Gives what says a warning on standard error, aside; at the end what is left to be said is waited for a moment."""
    voice = _Voice(_WARNINGS)
    try:
        yield lambda words: voice.say(lambda: _print(words, sys.stderr))
    finally:
        voice.end()


def _print(words: str, stream: TextIO) -> None:
    """Past the buffer of the stream: whoever waits there for a reader would keep the program from ending."""
    if stream not in (sys.__stdout__, sys.__stderr__):  # a bar that has put itself there, to stay below what is said
        print(words, file=stream, flush=True)
        return
    write_all(stream.fileno(), f"{words}\n".encode(stream.encoding, "backslashreplace"))
