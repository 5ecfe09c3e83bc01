"""E-mail addresses that need no library to be understood: most of them (RFC 5321)."""

from __future__ import annotations

import re

_WORD = "[A-Za-z0-9_+-]++"
_LABEL = "(?!-)[A-Za-z0-9-]{1,63}+(?<!-)"
PLAIN = rf"{_WORD}(?:\.{_WORD})*+@{_LABEL}(?:\.{_LABEL})*+"
"""As a regular expression; an address has 254 characters at most besides."""

_PLAIN = re.compile(PLAIN)
_LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


def is_plain(address: str) -> bool:
    """Whether it is an address of letters, digits and a few signs, which is written the same everywhere."""
    return len(address) <= _LONGEST and _PLAIN.fullmatch(address) is not None
