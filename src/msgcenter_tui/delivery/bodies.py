"""What an edition says, in the two forms of a mail: plain text, and HTML made from the same words (N2, N5).

The HTML loads nothing and sets no colour: it is read in whatever the reader's program shows, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from itertools import groupby, repeat
from typing import NamedTuple, TypeAlias

from msgcenter_tui.delivery.markup import anchor, marked_up
from msgcenter_tui.delivery.parts import Words, lines, words_of
from msgcenter_tui.delivery.transfer import Line, Sheet, sheet
from msgcenter_tui.rules.sms import portal_words
from msgcenter_tui.store.letters import Edition
from msgcenter_tui.text import clean_line

_STYLE = "margin:0 auto;padding:1em;max-width:40em;font:16px/1.5 sans-serif"


@dataclass(frozen=True, slots=True)
class _Said:
    """A message."""

    lines: Sequence[Words]


@dataclass(frozen=True, slots=True)
class _Signed:
    """Who wrote the only message."""

    by: str


@dataclass(frozen=True, slots=True)
class _Headed:
    """Who wrote the next of several messages, and when."""

    author: str
    at: str


@dataclass(frozen=True, slots=True)
class _Parted:
    """The end of one of several messages."""


@dataclass(frozen=True, slots=True)
class _ReadOn:
    """Where to read on."""

    words: str
    url: str


_Block: TypeAlias = _Said | _Signed | _Headed | _Parted | _ReadOn


class Bodies(NamedTuple):
    """The forms of a mail, the plainest first (RFC 2046, 5.1.4)."""

    plain: Sheet
    html: Sheet


def bodies(edition: Edition, *, staff: bool, portal: str, title: str, zone: tzinfo | None) -> Bodies:
    """All messages in their order, and where to read on. `zone` is for the times: None is the machine's.

    Raises CannotCompose.
    """
    blocks = list(_blocks(edition, staff, portal, zone))
    written = "".join(passage.body for passage in edition.passages)
    dense = 2 * len(written.encode("ascii", "ignore")) < len(written)
    return Bodies(sheet("plain", _plain(blocks), dense=dense), sheet("html", _html(blocks, title), dense=dense))


def _blocks(edition: Edition, staff: bool, portal: str, zone: tzinfo | None) -> Iterator[_Block]:
    said = [_Said(lines(words_of(passage, staff=staff))) for passage in edition.passages]
    if len(said) == 1:
        yield said[0]
        if not edition.kind.announces:
            yield _Signed(_by(edition.passages[0].author, edition.sender))
    else:
        for number, (passage, block) in enumerate(zip(edition.passages, said, strict=True)):
            if number:
                yield _Parted()
            yield _Headed(clean_line(passage.author), _time(passage.at, zone))
            yield block
    if portal:
        yield _ReadOn(portal_words(locked=edition.locked), clean_line(portal))


def _by(author: str, sender: str) -> str:
    author, sender = clean_line(author), clean_line(sender)
    return author if author == sender else f"{author}, {sender}"


def _time(at: datetime, zone: tzinfo | None) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}"


# -- plain text -------------------------------------------------------------------------------------------------------


def _plain(blocks: Sequence[_Block]) -> Iterator[Line]:
    for number, block in enumerate(blocks):
        if number:
            yield Line(())
        match block:
            case _Said(said):
                yield from map(Line, said)
            case _Signed(by):
                yield Line((by,))
            case _Headed(author, at):
                yield Line((f"{author}, {at}:",))
            case _Parted():
                yield Line(("----",))
            case _ReadOn(words, url):
                yield Line((f"{words}: {url}",))


# -- HTML -------------------------------------------------------------------------------------------------------------


def _html(blocks: Sequence[_Block], title: str) -> Iterator[Line]:
    yield from map(_tags, (
        "<!DOCTYPE html>",
        "<html>",
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        "</head>",
        f'<body style="{_STYLE}">',
    ))  # fmt: skip
    for block in blocks:
        match block:
            case _Said(said):
                yield from _paragraphs(said)
            case _Signed(by):
                yield _tags(f'<p dir="auto">{escape(by)}</p>')
            case _Headed(author, at):
                yield _tags(f'<p><strong dir="auto">{escape(author)}</strong>, {escape(at)}:</p>')
            case _Parted():
                yield _tags("<hr>")
            case _ReadOn(words, url):
                yield _tags(f"<p>{_link(url, words)}</p>")
    yield _tags("</body>")
    yield _tags("</html>")


def _tags(html: str) -> Line:
    return Line((html,))


def _paragraphs(said: Sequence[Words]) -> Iterator[Line]:
    """Empty lines end paragraphs: the first of several is the space between them, the further ones are kept."""
    for place, (empty, group) in enumerate(groupby(said, _is_empty)):
        together = list(group)
        if empty:
            yield from repeat(_tags("<br>"), len(together) - (1 if place else 0))
            continue
        last = len(together) - 1
        for number, words in enumerate(together):
            before, after = "" if number else '<p dir="auto">', "<br>" if number < last else "</p>"
            yield Line(words, marked_up, before, after)


def _is_empty(words: Words) -> bool:
    return all(isinstance(word, str) and not word.strip() for word in words)


def _link(url: str, words: str) -> str:
    return anchor(url, words) if url.lower().startswith(("https://", "http://")) else escape(f"{words}: {url}")
