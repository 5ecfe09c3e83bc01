"""Plays the demonstration's story on an empty store, and lets a notifier deliver it to the catchers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.demo import cast, earlier, lately
from msgcenter_tui.demo.carrier import Carrier
from msgcenter_tui.demo.place import DemoPlace
from msgcenter_tui.demo.stage import Clock, Stage
from msgcenter_tui.store import demonstration
from msgcenter_tui.store.store import open_store

BEFORE_ALL = timedelta(days=70)

PARTS = (
    ("five staff, some sixty clients", cast.gather),
    ("two months of messages, each delivered", earlier.play),
    ("and its last days", lately.play),
)


def play(unfinished: DemoPlace, today: datetime, say: Callable[[str], None]) -> None:
    """Fill an empty folder; the story ends at the moment `today`, `say` hears what is being made."""
    clock = Clock(today - BEFORE_ALL)
    store = open_store(str(unfinished.database), clock=clock)
    try:
        store.run(demonstration.mark)
        with Catcher(unfinished.caught, clock=clock) as catcher:
            carrier = Carrier(store, catcher)
            try:
                stage = Stage(store, clock, today, carrier.notify, carrier.silence)
                for words, act in PARTS:
                    say(f"Making the practice: {words} ...")
                    act(stage)
            finally:
                carrier.close()
    finally:
        store.close()
