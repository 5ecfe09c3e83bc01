"""A time as people and programs write it; without an offset it is of the zone given, or of this machine."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from msgcenter_tui.errors import BadInput

_DAYS = {"today": 0, "yesterday": 1}


def instant(words: str, zone: tzinfo | None = None) -> datetime:
    """A time in ISO 8601, aware. A date alone is its first moment. Raises BadInput."""
    try:
        at = datetime.fromisoformat(words.strip())
        return at.replace(tzinfo=zone) if at.tzinfo is None and zone is not None else at.astimezone(zone)
    except (ValueError, OverflowError):
        cure = "write it as 2026-03-01 or 2026-03-01T09:00+01:00"
        raise BadInput(f"{words[:40]!r} is no time", "", cure) from None


def moment(words: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The same, also in words: "yesterday", "yesterday 09:00", "09:00"; None for "now" and for nothing.

    "yesterday" alone is the same time of day as now. Raises BadInput.
    """
    said = words.casefold().split()
    if said in ([], ["now"]):
        return None
    here = now.astimezone(zone)
    if said[0] in _DAYS:
        day = here.date() - timedelta(days=_DAYS[said[0]])
        said = [day.isoformat(), *(said[1:] or [f"{here:%H:%M:%S}"])]
    elif len(said) == 1 and re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", said[0]):
        said = [here.date().isoformat(), said[0].rjust(5, "0")]
    try:
        return instant("T".join(said).upper(), zone)
    except BadInput:
        cure = "write it as 2026-03-01 09:00, yesterday, yesterday 09:00, or now"
        raise BadInput(f"{words[:40]!r} is no time", "", cure) from None
