"""Every fault that is known to bite such a program is held by a test that quotes it: `# hazards 22` within it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.quotes import all_quotes

FAULTS = {
    1: "the server is not there, or its name is not: later, charged to nobody",
    2: "421 at connect: the channel rests",
    3: "554 at connect: the account stops",
    4: "a greeting that never comes: the wait ends",
    5: "no STARTTLS: no password, nothing sent",
    6: "a certificate that is not valid, has expired, is another host's: the account stops, nothing in the clear",
    7: "535: one try, the account stops, rows kept",
    8: "the sender is refused: the account stops, rows kept",
    9: "451 for the recipient: later, then sent",
    10: "550 5.1.1: failed, the address marked",
    11: "552 5.2.2: once more, then failed",
    12: "recipients taken and refused: each by itself",
    13: "silence before anything has left: tried again",
    14: "the line lost before the 354: tried again",
    15: "the line lost in the body: unknown",
    16: "the line lost after the dot: unknown",
    17: "silence after the dot: ten minutes, then unknown",
    18: "554 at the dot, and RSET hangs: failed",
    19: "4xx at the dot: tried again",
    20: "any 2xx at the dot: sent",
    21: "QUIT hangs or drops: sent",
    22: "421 in the middle: another line, the rest is sent",
    23: "garbage, or an answer without end: the line is closed, tried again",
    24: "an answer with controls and broken letters: kept as safe text",
    25: "cancelled after the dot: unknown, the line closed",
    26: "kill -9 at each point: nothing lost, nothing repeated",
    27: "stopped past its lease: the fence refuses",
    28: "two notifiers: nothing claimed twice",
    29: "the clock goes back: no storm",
    30: "the clock goes forth: nobody fails by it",
    31: "a full disk when one sends: said, the draft kept",
    32: "a full disk after the answer: not lost, not repeated",
    33: "the store locked too long: tried again, the screen goes on",
    34: "the store deleted or replaced: nothing more is sent or written",
    35: "a damaged file: only read, what can be read is saved as a new store",
    36: "a newer schema: refused",
    37: "a migration that fails or is killed: as before",
    38: "several first starts: one makes the store",
    39: "the PostgreSQL server restarts: connected again, read again",
    40: "CR and LF in names and subjects: no header of their own",
    41: "an encoded word with CR and LF: words",
    42: "`Smith, Bob`: one recipient",
    43: "a domain in letters of its own: in ASCII",
    44: "such letters before the @, and no SMTPUTF8: failed with the reason",
    45: "endless lines and lone dots: arrive whole",
    46: "what looks like markup: text",
    47: "controls and directions of a terminal: visible signs",
    48: "NUL and halves of surrogates: replaced on entry",
    49: "a pile of marks, a paste without end: cut, or kept and not sent",
    50: "an unknown or empty field: refused with its place",
    51: "a value that looks like a field: text",
    52: "another client's thread: not found",
    53: "a reply that meets the lock: refused, a draft",
    54: "a client who comes while it is sent: one moment for all",
    55: "an SMS without a clear answer: unknown",
    56: "commits out of order: still unread",
    57: "the window resized, then closed: the draft kept",
}

NOT_YET: dict[int, str] = {}
"""Faults that the program does not meet so yet, and how it does."""

QUOTED = re.compile(r"hazards ([0-9]+(?:, [0-9]+)*)")


def held() -> Iterator[int]:
    for one in all_quotes():
        for numbers in QUOTED.findall(one.comment):
            yield from map(int, numbers.split(", "))


def test_every_fault_is_quoted_by_a_test() -> None:
    by_tests = set(held())
    missing = FAULTS.keys() - NOT_YET.keys() - by_tests
    assert {number: FAULTS[number] for number in missing} == {}, "no test says that it holds these"
    assert by_tests & NOT_YET.keys() == set(), "these are held by now: take them off the list"
    assert by_tests - FAULTS.keys() == set(), "these are no faults of the list"
