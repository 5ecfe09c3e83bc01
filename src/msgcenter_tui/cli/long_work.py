"""How far long work is: a bar on a terminal once it has taken its time, which is gone at the end; elsewhere nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

_LONG = 1.0
"""Seconds of work after which a person is told how far it is."""


@contextmanager
def bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Gives what is told what is being done ("copying deliveries"), how much of it is, and of how much.

    It stands on standard error, so that an answer in a pipe is nothing else.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _doing, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(bar_width=24)
    figures = TextColumn("{task.completed:,.0f} of {task.total:,.0f}"), TimeRemainingColumn()
    console = Console(stderr=True, highlight=False)
    progress = Progress(*columns, *figures, console=console, transient=True, refresh_per_second=4)
    task, began = progress.add_task("", total=0), monotonic()

    def told(doing: str, done: int, total: int) -> None:
        progress.update(task, description=doing, completed=done, total=total)
        if monotonic() - began > _LONG:
            progress.start()

    try:
        yield told
    finally:
        progress.stop()
