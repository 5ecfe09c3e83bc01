"""One command at work: its options, the configuration, the store it opens when it needs it, and who acts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from msgcenter_tui import config
from msgcenter_tui.cli.output import to_standard_error
from msgcenter_tui.config import Config
from msgcenter_tui.text import shown_line

if TYPE_CHECKING:
    from msgcenter_tui.cli.events import Events
    from msgcenter_tui.domain import Actor, Workspace
    from msgcenter_tui.store.store import Store
    from msgcenter_tui.store.tx import Act

_BEGINNINGS = ("app:open_center", "staff:add")
"""The commands that make a store, beside `init`: every other one needs somebody who is in it, or what is."""

P = ParamSpec("P")
T = TypeVar("T")


class Session:
    """What a command is given. Closing it closes the store."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self._store: Store | None = None
        self._events: Events | None = None
        self.upgrading: Callable[[], None] = lambda: None
        """Hears that the store is about to be upgraded, which may take minutes."""
        self.warned: Callable[[str], object] = to_standard_error
        """Hears a warning, a line by itself."""

    @property
    def json(self) -> bool:
        return bool(self.args.json)

    @cached_property
    def config(self) -> Config:
        """The configuration, its options on top. Raises BadConfig."""
        # Where the app opens, its set-up may be about to write the file that is named.
        return self.load_config(must_exist=self.args.run != "app:open_center")

    def load_config(self, *, must_exist: bool = True) -> Config:
        """Read it, also anew; see config.load."""
        options = {"db": self.args.db, "as": self.args.acts_as, "log.file": self.args.log_file}
        given = {key: value for key, value in options.items() if value is not None}
        return config.load(options=given, must_exist=must_exist)

    @property
    def demonstration(self) -> Path | None:
        """The folder of the demonstration, where the store is one: its people are nobody, its mail goes nowhere."""
        return demonstration_of(self.store)

    @property
    def store(self) -> Store:
        """The store, upgraded first where that is due; made by what begins one: a mistyped --db makes none."""
        if self._store is None:
            from msgcenter_tui.cli import events, logs
            from msgcenter_tui.store.store import open_store

            logs.to_file()
            self._events = events.begin(self.config.log, warn=self._warn)
            self._store = open_store(
                self.config.database,
                policy=self.config.policy,
                upgrading=self.upgrading,
                new=self.args.run in _BEGINNINGS,
            )
        return self._store

    @property
    def notifies(self) -> bool:
        """Whether a notifier can be at work here: behind walls a person's login carries nothing out (store/walls)."""
        return self.store.login is None

    @cached_property
    def actor(self) -> Actor:
        """Who acts: --as, the configuration's `as`, or the only member of staff (S5)."""
        from msgcenter_tui.center import identity

        return self.store.run(identity.who, self.config.acts_as)

    def run(self, act: Act[Concatenate[Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one act as the actor, in a transaction of its own."""
        return self.store.run(act, self.actor, *args, **kwargs)

    def workspace(self, named: str) -> Workspace:
        """The workspace that a command's words mean: a team's name, `personal`, or an id."""
        from msgcenter_tui.center import teams

        return self.run(teams.find_workspace, named)

    def _warn(self, sentence: str) -> None:
        """Where screens are, a line would spoil them: there it is in the log of the state folder alone."""
        from msgcenter_tui.cli import logs

        logs.note(sentence)
        if not self.args.run.startswith(("app:", "serve:")):
            self.warned(f"warning: {shown_line(sentence)}")

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        if self._events is not None:
            self._events.end()


def demonstration_of(store: Store) -> Path | None:
    """The folder of the demonstration that the store is of; None where it is a practice's own."""
    from msgcenter_tui.store import demonstration

    return store.file.path.parent if store.run(demonstration.is_marked) and store.file is not None else None
