"""What a server said to many, without what differs from one recipient to the next: "550 5.1.1 No such mailbox".

The steps are regular expressions in what Python and PostgreSQL have in common, for the ledger is grouped where it
lies (store/reasons.py).
"""

from __future__ import annotations

import re

HEAD = "^[245][0-9][0-9]([ -][245][.][0-9]{1,3}[.][0-9]{1,3})?"
"""The codes that a reply begins with: they say what kind of a refusal it is, and are kept as they are."""

BEFORE = (
    # Whose words they are is plain from the code.
    ("^[a-z -]{1,80}: ([245][0-9][0-9] )", r"\1"),
)

STEPS = (
    ('<[^ <>]*>|[^ <>"]+@[^ <>"]+', "…"),  # an address, or where one was taken out
    ("[(][^()]*[0-9][^()]*[)]", "…"),  # "(id 4FZ3)"
    ("[^ ]*[0-9][^ ]*", "…"),  # the number of a queue, a time, a host, a limit
    ("[ :;,.(…-]*…[ :;,.()…-]*", " … "),
    ("^[ …:;,-]+", ""),
    ("[ …:;,(-]+$", ""),
)
"""Of what follows the codes, in this order."""

LONGEST = 120


def common(said: str) -> str:
    """The words by which deliveries are grouped; empty where nothing was said."""
    for pattern, words in BEFORE:
        said = re.sub(pattern, words, said)
    codes = re.match(HEAD, said)
    head = codes[0] if codes else ""
    rest = said[len(head) :]
    for pattern, words in STEPS:
        rest = re.sub(pattern, words, rest)
    return f"{head} {rest}".strip(" ")[:LONGEST]
