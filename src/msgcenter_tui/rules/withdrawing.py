"""What a withdrawal did, in words: what it stopped, and what it came too late for (V4, N14)."""

from __future__ import annotations

from msgcenter_tui.domain import Withdrawn


def told(done: Withdrawn) -> str:
    """ "240 of 398 notifications had left; 158 were cancelled; gone from 371 portals"."""
    if not done.total:
        left = "nothing had left"
    elif not done.left:
        left = f"none of {done.total:,} {_words(done.total, 'notification')} had left"
    elif done.left == done.total:
        all_of = "the only" if done.total == 1 else f"all {done.total:,}"
        left = f"{all_of} {_words(done.total, 'notification')} had left"
    else:
        left = f"{done.left:,} of {done.total:,} notifications had left"
    told = [left]
    if done.cancelled:
        told.append(f"{done.cancelled:,} {'was' if done.cancelled == 1 else 'were'} cancelled")
    if done.portals:
        told.append(f"gone from {done.portals:,} {_words(done.portals, 'portal')}")
    else:
        told.append("gone from every list")
    return "; ".join(told)


def _words(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
