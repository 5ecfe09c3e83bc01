"""Puts the app on this terminal, and waits until it is left."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

from msgcenter_tui.tui import collecting
from msgcenter_tui.tui.services import THEME, Opening, Start

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.terminal import Terminal

Tell = Callable[[str], None]

_TURN = 0.001
"""Seconds that the threads of the store may keep the interpreter to themselves while a key waits for it."""
_PATIENCE = 20
"""Seconds in which it has ended, once it was told to: what is left then is ended as it is."""


def show(opened: Callable[[Tell], Start], *, keymap: Mapping[str, str], theme: str = THEME, terminal: Terminal) -> int:
    """Show the first frame, open the store in a thread by `opened`, go on until it is left; gives the exit status.

    `opened` is given what tells, in a few words, why it takes its time. The libraries of the store are best imported
    by it, too: they take longer than the first frame. Raises what `opened` raises, once the terminal is as it was.
    """
    collecting.wait()
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.terminal_driver import TerminalDriver

    def begin(tell: Tell) -> Start:
        start = opened(tell)
        start.services.when_it_stands = collecting.when_it_stands
        start.services.when_still = collecting.when_still
        collecting.begin()
        return start

    sys.setswitchinterval(_TURN)
    app = MessageCenterApp(Opening(lambda tell: asyncio.to_thread(begin, tell), keymap, theme, terminal))
    if issubclass(TerminalDriver, app.driver_class):  # not where the environment names another one
        app.driver_class = TerminalDriver
    asyncio.run(_show(app))
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


async def _show(app: MessageCenterApp) -> None:
    _heed_signals(app)
    try:
        await app.run_async()
    finally:
        if app.is_open:
            if app.services.when_left is not None:
                await app.services.when_left()
            await app.services.front.close()


def _heed_signals(app: MessageCenterApp) -> None:
    """Told to end, or its terminal closed, it stores what is being written and finishes what is in flight."""
    from msgcenter_tui.tui.events import Closed

    loop = asyncio.get_running_loop()
    terminal = [stream for stream in (0, 1, 2) if os.isatty(stream)]  # once it is gone none says so any more

    def end() -> None:
        signal.alarm(_PATIENCE)  # its default is to end the program
        app.post_message(Closed())

    def gone() -> None:
        signal.alarm(_PATIENCE)  # the loop may be waiting for the terminal
        _let_go(terminal)
        with suppress(RuntimeError):  # it has been left
            loop.call_soon_threadsafe(end)

    def hung_up(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGCONT, lambda *_: None)  # it comes with it, and Textual would take up the terminal again
        gone()

    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hung_up)
    if terminal and hasattr(select, "poll"):
        Thread(target=_watch, args=(terminal[0], gone), name="terminal-watch", daemon=True).start()


def _watch(terminal: int, gone: Callable[[], None]) -> None:
    """The signal comes to whom the terminal belongs; it may be gone without one."""
    look = select.poll()
    look.register(terminal, 0)
    if any(event & (select.POLLHUP | select.POLLERR) for _, event in look.poll()):
        gone()


def _let_go(terminal: Sequence[int]) -> None:
    """Of one that is gone: what is still drawn would be an error, and in the end be waited for."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in terminal:
        os.dup2(nothing, stream)
    os.close(nothing)
