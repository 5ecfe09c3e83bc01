"""The garbage collector works while the hands are still: a look through all that lives holds up a key by two frames."""

from __future__ import annotations

import gc

_MADE = 100_000
"""So many more objects are made than let go before the collector looks by itself: minutes of writing without rest."""
_NEVER = 1_000_000
"""Beyond the young ones it looks only when told to."""
_SOME = 5_000
"""So many are worth a look between two words."""
_MORE = 20_000
"""So many are, between two letters."""
_SHORT = 0.2
_LONG = 1.0
"""Seconds without a key after which the next is not expected at once, and after which not soon."""
_MANY = 5
"""After so many looks at the young ones all is looked through."""


def wait() -> None:
    """Not before `begin`: of what is imported for the first frame nothing is let go."""
    gc.disable()


def begin() -> None:
    gc.enable()
    gc.freeze()  # what is loaded stays: going through all of it again is in vain
    gc.set_threshold(_MADE, _NEVER, _NEVER)


def when_it_stands() -> None:
    gc.freeze()  # what is there by then stays, too


def when_still(seconds: float) -> None:
    """No key came for so long: look among the young ones or, in a longer pause, through everything."""
    made, looks, older_looks = gc.get_count()
    if seconds >= _LONG and (older_looks or looks >= _MANY):
        gc.collect()
    elif made >= (_SOME if seconds >= _SHORT else _MORE):
        gc.collect(0)
