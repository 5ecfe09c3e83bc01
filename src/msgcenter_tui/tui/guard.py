"""Work for a worker, with its errors caught: what screens and the app hand to Textual."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractContextManager
from typing import Any, ClassVar, TypeAlias

from textual.css.query import NoMatches

Work: TypeAlias = Coroutine[Any, Any, object]


class Guarded:
    """A coroutine whose errors go to the app's sink; if it is cancelled before it began, it is closed quietly."""

    waiting: ClassVar[set[Guarded]] = set()
    """Those that have not begun: held here, since a collector of cycles would meet the coroutine first, and warn."""

    def __init__(self, work: Work, sink: Callable[[], AbstractContextManager[None]], there: Callable[[], bool]) -> None:
        self.work = work
        self.sink = sink
        self.there = there
        self.waiting.add(self)

    def __await__(self) -> Generator[Any, None, None]:
        return self._run().__await__()

    async def _run(self) -> None:
        if self not in self.waiting:  # dropped
            return
        self.waiting.discard(self)
        with self.sink():
            try:
                await self.work
            except NoMatches:
                # A screen that was left while its work waited has no widgets any more to show the answer in.
                if self.there():
                    raise

    def drop(self) -> None:
        """It is cancelled, and may not have begun: then it never will."""
        if self in self.waiting:
            self.waiting.discard(self)
            self.work.close()

    @classmethod
    def drop_all(cls) -> None:
        """The app ends: what has not begun never will."""
        for one in list(cls.waiting):
            one.drop()
