"""The garbage collector works while the hands are still: a look through all that lives holds up a key by two frames."""

from __future__ import annotations

import gc

_MADE = 10_000
"""So many more objects are made than let go before the collector looks among the young ones: under a millisecond."""
_YOUNG = 20
"""After so many such looks it looks among those that outlived one: a few milliseconds."""
_NEVER = 1_000_000
"""Through everything it looks only when told to."""
_WORTH_IT = 5


def begin() -> None:
    gc.freeze()  # what is loaded stays: going through all of it again is in vain
    gc.set_threshold(_MADE, _YOUNG, _NEVER)


def when_it_stands() -> None:
    gc.freeze()  # what is there by then stays, too


def when_still() -> None:
    """Nobody presses a key: look through everything, if enough was made since."""
    _, looks, older_looks = gc.get_count()
    if older_looks or looks >= _WORTH_IT:
        gc.collect()
