"""The signals that say to end: what a command has begun is put in order first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Ended(SystemExit):
    """A signal says to end: raised wherever the command is, as KeyboardInterrupt is."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(self.status)
        self.by = signal.Signals(number).name


@contextmanager
def in_order() -> Iterator[None]:
    """Told to end, a command ends as after ctrl+c while the block runs; some take the signals over, as by `heed`."""
    here = threading.current_thread() is threading.main_thread()  # signals are for no other
    ours = [number for number in _SIGNALS if here and signal.getsignal(number) is signal.SIG_DFL]  # not as with nohup

    def end(number: int, _frame: FrameType | None) -> None:
        for one in ours:
            signal.signal(one, signal.SIG_IGN)  # often both come: what is put in order is not torn by the second
        raise Ended(number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def heed(loop: asyncio.AbstractEventLoop, stop: Callable[[], object]) -> None:
    """Have `stop` called by the loop when a signal says to end, that of ctrl+c, too."""
    for number in (signal.SIGINT, *_SIGNALS):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup
            loop.add_signal_handler(number, stop)
