"""What a portal is called that is looked at as it was or as it would be: nobody takes it for the one of now (P3)."""

from __future__ import annotations

from msgcenter_tui.domain import NOBODY, Actor


def called(reader: Actor, at: str, place: str) -> str:
    """Whose portal it is, of when, and under which conditions; "" for a portal as it is.

    `at` is the time in words, `place` the name of the workspace that is supposed; both "" where there is none.
    """
    eyes = reader.eyes
    if eyes is None:
        return ""
    supposed = [] if eyes.status is None else [eyes.status.called]
    if reader.person == NOBODY:
        joins = f"who had just joined, {at}" if at else "who joins today"
        return f"a client {joins} ({', '.join([*supposed, place])})"
    supposed += [f"in {place}"] if place else []
    supposed += [] if eyes.portal is None else [f"with the portal {'on' if eyes.portal else 'off'}"]
    conditions = ", ".join(supposed)
    if not at:
        return f"if {reader.name} were {conditions}"
    return f"{reader.name} as of {at}" + (f", if {conditions}" if conditions else "")
