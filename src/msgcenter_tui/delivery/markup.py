"""Words as HTML: nothing in them is markup, and of links only http and https can be clicked (M3)."""

from __future__ import annotations

import re
from html import escape

_LABEL = "[A-Za-z0-9-]++"
# A link ends where the characters of RFC 3986 end. One that goes on in other letters, or has an @ where the host is,
# would lead elsewhere than it reads: it stays text.
_LINK = re.compile(
    rf"(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?://{_LABEL}(?:\.{_LABEL})*+(?::[0-9]++)?+"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*+)?+(?!:?[\w@])"
)
_CLOSING = ".,;:!?'"
# HTML makes one space of many, and none of one that begins a line.
_SPACES = re.compile("^ | (?= )", re.MULTILINE)
_TAB = "    "


def marked_up(text: str) -> str:
    """A line, or lines with breaks between them, to be put between tags."""
    if "://" not in text:
        marked = escape(text)
    else:
        marked, at = "", 0
        for found in _LINK.finditer(text):
            link = _without_closing(found[0])
            marked += escape(text[at : found.start()]) + anchor(link, link)
            at = found.start() + len(link)
        marked += escape(text[at:])
    if "  " in marked or "\t" in marked or marked.startswith(" "):
        marked = _SPACES.sub("&nbsp;", marked.replace("\t", _TAB))
    return marked.replace("\n", "<br>\n")


def anchor(url: str, words: str) -> str:
    """A link. Its direction is its own: what stands around it does not turn how it reads."""
    return f'<a dir="ltr" href="{escape(url)}">{escape(words)}</a>'


def _without_closing(link: str) -> str:
    """The link without the punctuation of the sentence around it."""
    link = link.rstrip(_CLOSING)
    if surplus := link.count(")") - link.count("("):
        ending = len(link) - len(link.rstrip(")"))
        link = link[: len(link) - max(0, min(surplus, ending))].rstrip(_CLOSING)
    return link
