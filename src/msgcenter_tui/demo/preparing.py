"""Makes the demonstration, or finds it as it was left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgcenter_tui.demo import place
from msgcenter_tui.demo.place import DemoPlace


def prepare(
    *,
    reset: bool = False,
    folder: Path | None = None,
    now: datetime | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> DemoPlace:
    """The demonstration in `folder`, made if there is none yet; with `reset` made anew.

    `now` is the moment the story ends at, in the reader's time zone. `say` hears a few lines for people while it is
    made. Raises BadInput for a folder that holds something else, Unavailable where it cannot be made.
    """
    today = now or datetime.now().astimezone()

    def fill(unfinished: DemoPlace) -> None:
        from msgcenter_tui.demo import playing  # only here: an old demonstration opens without it

        playing.play(unfinished, today, say)

    return place.make(folder or place.default_folder(), fill, reset=reset)
