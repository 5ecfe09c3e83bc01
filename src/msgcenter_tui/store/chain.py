"""The chain of the audit log: the hash that each record carries, over the hash before it and all that it says.

The hash of a record is the SHA-256, as 64 hexadecimal digits in lower case, of one line of ASCII: the JSON array
(RFC 8259)

    [former, number, at, who, by, act, what, fields]

without white space, its strings with an escape (\\uXXXX, lower case) for whatever is no ASCII. `former` is the hash of
the record numbered one less, "" before the first; `number` counts from 1 without gaps; `at` is in microseconds since
1970 UTC; `who` and `by` are the numbers of people, null for nobody; `act` and `what` are strings, `fields` is an array
of strings. So they stand in the columns of the table, and an auditor needs no more than those and SHA-256:

    ["",1,1772442000000000,1,null,"staff.add","p1",["name","email"]]

This is fixed for ever: every hash there is was made by it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

BEGIN = ""
"""What stands in the place of a hash before the first record."""

_line = json.JSONEncoder(separators=(",", ":")).encode


class Record(NamedTuple):
    """What a record says, in the order of the line that is hashed."""

    at: int
    """Microseconds since 1970 UTC."""
    who: int | None
    by: int | None
    act: str
    what: str
    fields: list[str]


def link(former: str, number: int, record: Record) -> str:
    """The hash of the record with this number, `former` being the hash of the one before it."""
    return sha256(_line([former, number, *record]).encode()).hexdigest()
