"""Fixtures of the terminal UI's tests: a furnished practice, and the app on it, driven by keys."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.conftest import Clock, _forget_home
from tests.tui import practice as practices
from tests.tui.practice import Practice
from tests.tui.snapshot import Picture, picture
from textual import _wait
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from msgcenter_tui.delivery.proofs import Proofs
from msgcenter_tui.domain import Actor, Policy
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store.commits import Commits
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.rescue import Rescued
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.sweeping import Swept
from msgcenter_tui.store.tx import Act
from msgcenter_tui.tui import correspondence, typing_order
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.services import Services

PATIENCE = 60.0
"""Seconds until a wait for the screen gives up."""


P = ParamSpec("P")
T = TypeVar("T")


class WatchedFront:
    """The front, with a count of what it is asked, and a refusal to give instead of an answer."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.asked: list[str] = []
        self.polls = 0
        self.refusal: MessageCenterError | None = None

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.asked.append(act.function.__name__)
        if self.refusal is not None:
            raise self.refusal
        return await self._front.run(act, *args, **kwargs)

    async def changed(self) -> object:
        self.polls += 1
        return await self._front.changed()

    async def notice(self) -> None:
        await self._front.notice()

    @property
    def commits(self) -> Commits:
        return self._front.commits

    @property
    def damaged(self) -> bool:
        return self._front.damaged

    @property
    def place(self) -> str:
        return self._front.place

    async def rescue(self, target: str) -> Rescued:
        return await self._front.rescue(target)

    async def apart(self, work: Callable[[Store], T]) -> T:
        return await self._front.apart(work)

    async def sweep(self) -> Swept | None:
        return await self._front.sweep()

    def give_up(self) -> None:
        self._front.give_up()

    async def close(self) -> None:
        await self._front.close()


class HeldBack:
    """What a screen asks by an act comes back only once it may: `has_come`, then `may_go`.

    `which` says of the named arguments whether this is one of them.
    """

    def __init__(
        self, screen: Any, act: object, monkeypatch: pytest.MonkeyPatch, which: Callable[[dict[str, Any]], bool]
    ) -> None:
        self.has_come, self.may_go = asyncio.Event(), asyncio.Event()
        usual = screen.perform

        async def perform(asked: object, *args: Any, **more: Any) -> Any:
            try:
                return await usual(asked, *args, **more)
            finally:
                if asked is act and which(more):
                    self.has_come.set()
                    await self.may_go.wait()

        monkeypatch.setattr(screen, "perform", perform)


@dataclass
class Driven:
    """An app under test."""

    app: MessageCenterApp
    pilot: Pilot[None]
    may_wait: frozenset[str] = frozenset({"poll", "status"})
    """The groups of workers that the screen is still with."""

    @property
    def front(self) -> WatchedFront:
        assert isinstance(self.app.services.front, WatchedFront)
        return self.app.services.front

    @property
    def screen(self) -> Any:
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when what the one before began is done."""
        for key in keys:
            await self.pilot.press(key)
            await self.still()

    async def type(self, words: str) -> None:
        await self.pilot.press(*("space" if letter == " " else letter for letter in words))
        await self.still()

    async def still(self) -> None:
        """Wait until no worker runs and no event waits. (The app's poll is a worker that ends by itself.)"""
        await self.pilot.pause()
        deadline = asyncio.get_running_loop().time() + PATIENCE
        quiet = 0
        while quiet < 3:
            if asyncio.get_running_loop().time() > deadline:
                pytest.fail(f"it never came to rest: {self.app.workers}; the screen:\n{self.text}")
            # One that has opened a dialog waits for its answer, which is the test's to give.
            quiet = 0 if self._works and not self.app.screen.is_modal else quiet + 1
            await self.pilot.pause()

    @property
    def _works(self) -> bool:
        return any(one.group not in self.may_wait and not one.is_finished for one in self.app.workers)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for a condition of the screen; fails with what is on it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                if true():
                    return
            except Exception:  # noqa: BLE001  (a widget that is not there yet)
                pass
            if asyncio.get_running_loop().time() > deadline:
                pytest.fail(f"it never came to be; the screen:\n{self.text}")
            await self.pilot.pause(0.01)

    @property
    def text(self) -> str:
        """The screen as plain text, a line a row."""
        lines = self.app.screen._compositor.render_full_update().strips
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)

    def picture(self) -> str:
        """The screen for `== svg`."""
        return picture(self.app)

    @property
    def toasts(self) -> list[str]:
        return [note.message for note in self.app._notifications]


@pytest.fixture(autouse=True)
def _patient_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine what a key waits for takes its time, and no key is given up for that."""
    monkeypatch.setattr(typing_order, "COMING", PATIENCE / 2)


@pytest.fixture(scope="session", autouse=True)
def _quick_textual() -> Iterator[None]:
    """Every app of a test would parse the same sheets anew, whose rules take long to find in a set (by identity, but
    in Python); and the pilot looks for quiet in coarse steps.
    """
    parsed: dict[Any, Any] = {}
    parse = Stylesheet._parse_rules

    def once(self: Stylesheet, css: str, *args: Any, **kwargs: Any) -> Any:
        asked = (css, args, *kwargs.items(), *sorted(self._variables.items()))
        if asked not in parsed:
            parsed[asked] = parse(self, css, *args, **kwargs)
        return parsed[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)
        patch.setattr(_wait, "SLEEP_GRANULARITY", _wait.SLEEP_GRANULARITY / 4)
        patch.setattr(_wait, "SLEEP_IDLE", _wait.SLEEP_IDLE / 4)
        yield


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Practice]:
    """The furnished practice, made once, in a file to be copied."""
    path = tmp_path_factory.mktemp("practice") / "store.db"
    shutil.copy(sqlite_template, path)
    clock = Clock()
    store = open_store(str(path), clock=clock)
    made = practices.furnished(store, clock)
    _forget_home(store)
    store.close()
    return path, made


@pytest.fixture
def practice_store(furnished: tuple[Path, Practice], clock: Clock, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "practice.db"
    shutil.copy(furnished[0], path)
    store = open_store(str(path), clock=clock, patience=5)
    yield store
    store.close()


@pytest.fixture
def practice(furnished: tuple[Path, Practice], practice_store: Store, clock: Clock) -> Practice:
    """The furnished practice in a store of this test's own; the clock stands at practice.NOW."""
    clock.now = practices.NOW
    return furnished[1].moved_to(practice_store, clock)


@pytest.fixture
def svg(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """What a picture is compared with; `pytest --snapshot-update` accepts a new one."""
    return snapshot.use_extension(Picture)


Run = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture
def run(request: pytest.FixtureRequest, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`async with run(actor, size=(80, 24)) as driven`: the app over the store, its troubles are failures.

    The store is that of the test's `practice`, its `far` one on a server, or else its empty `sqlite_store`.
    """
    monkeypatch.setattr(correspondence, "REST", 0.01)
    of_practice = "practice" in request.fixturenames
    far = "far" if "far" in request.fixturenames else "sqlite_store"
    store: Store = request.getfixturevalue("practice_store" if of_practice else far)

    @asynccontextmanager
    async def running(actor: Actor, *, size: tuple[int, int] = (120, 36), **more: Any) -> AsyncIterator[Driven]:
        front = more.pop("front", WatchedFront)(Front(store))
        start = {name: more.pop(name) for name in ("start", "portal_client") if name in more}
        more.setdefault("proofs", Proofs)
        policy = Policy(quiet_period=timedelta(minutes=1))
        services = Services(front, actor, policy=policy, clock=clock, zone=UTC, blink=False, **more)
        app = MessageCenterApp(services, **start)
        # On a busy machine a toast would be gone before the test has come to look for it.
        notify = app.notify
        monkeypatch.setattr(app, "notify", lambda *what, **how: notify(*what, **{**how, "timeout": 10 * PATIENCE}))
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Driven(app, pilot)
            await driven.still()
            yield driven
            await driven.still()
        await front.close()
        if app.troubles:
            raise app.troubles[0]

    return running
