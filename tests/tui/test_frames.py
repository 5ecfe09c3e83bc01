"""A screen that was still is painted at once, and after a long paint the next one comes without a pause."""

from __future__ import annotations

import asyncio

import pytest
from textual._context import active_app
from textual.app import App
from textual.screen import UPDATE_PERIOD

from msgcenter_tui.tui import frames
from msgcenter_tui.tui.frames import Frames


class Hand:
    """A clock that only paints and rests move on; `paints` says how long each paint takes, a key follows each."""

    def __init__(self, *paints: float) -> None:
        self.now = 100.0
        self.paints = list(paints)
        self.began: list[float] = []
        self.done = asyncio.Event()
        self.frames: Frames

    async def rest(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def paint(self) -> None:
        self.frames.pause()
        self.began.append(round(self.now - 100, 6))
        self.now += self.paints.pop(0)
        if self.paints:
            self.frames.resume()
        else:
            self.done.set()


@pytest.mark.parametrize(
    ("took", "next_at"),
    [(0.0, UPDATE_PERIOD), (0.005, UPDATE_PERIOD), (0.04, 0.042)],
    ids=["at sixty a second", "the rest of a frame", "no tick left out"],
)
async def test_the_next_paint(monkeypatch: pytest.MonkeyPatch, took: float, next_at: float) -> None:
    hand = Hand(took, 0.0)
    monkeypatch.setattr(frames, "monotonic", lambda: hand.now)
    monkeypatch.setattr(frames, "sleep", hand.rest)
    app: App[None] = App()
    active_app.set(app)
    hand.frames = Frames(app, hand.paint)
    try:
        for _ in range(5):
            await asyncio.sleep(0)
        assert hand.began == []  # nothing has changed
        hand.frames.resume()
        await asyncio.wait_for(hand.done.wait(), 10)
    finally:
        hand.frames.stop()
    assert hand.began == [0.0, pytest.approx(next_at, abs=1e-5)]
