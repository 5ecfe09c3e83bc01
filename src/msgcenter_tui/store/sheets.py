"""A sheet: the messages that many deliveries carry alike, with what the ledger keeps of them (N14, T4, T5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from msgcenter_tui.domain import Channel, MessageId, RunKind, ThreadId, ThreadKind
from msgcenter_tui.rules import fields
from msgcenter_tui.store.letters import Edition, Passage


class Run(NamedTuple):
    """What all deliveries of a run have in common, in the store's own plain values."""

    run: int
    first: int
    channel: str
    kind: str
    thread: int
    thread_kind: str
    thread_state: str
    subject: str | None
    locked: bool
    workspace: str
    carries: str | None
    """The messages, their versions and authors: the same while none of them changes."""
    has_gaps: bool


class Text(NamedTuple):
    """One message that a delivery carries, in the version that counts."""

    message: MessageId
    version: int
    number: int
    author: str
    at: datetime
    body: str
    facts: tuple[tuple[str, str], ...] | None

    @staticmethod
    def of(row: Any, author: str) -> Text:
        """Of the columns of a message."""
        facts = None if row.facts is None else tuple(sorted(row.facts.items()))
        return Text(MessageId(row.id), row.version, row.number, author, row.at, row.body, facts)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Made once for all who carry the same."""

    run: Run
    """What it was made from."""
    edition: Edition
    state: str
    """The thread's."""
    newest: int
    """The number of the last message it carries; 0: it carries none."""
    begins: str
    """The record of a letter, up to the recipient's own: JSON, open."""
    digest: str
    filled: bool
    """There are fields in it, for a client to be filled."""
    needed: tuple[str, ...]
    """The client's fields without a fallback (T4)."""
    kept: Mapping[str, Any] | None
    """The record of the letter that is sent again as it was."""

    @staticmethod
    def of(run: Run, texts: tuple[Text, ...], kept: Mapping[str, Any] | None) -> Sheet:
        record = kept or {
            "from": run.workspace,
            "subject": run.subject,
            "parts": [[text.message, text.version, text.author] for text in texts],
            "locked": bool(run.locked),
        }
        edition = Edition(
            channel=Channel(run.channel),
            kind=RunKind(run.kind),
            thread=ThreadId(f"t{run.thread}"),
            direct=run.thread_kind == ThreadKind.DIRECT.value,
            sender=record["from"],
            subject=record["subject"],
            passages=tuple(_passage(text) for text in texts),
            follows=bool(texts) and min(text.number for text in texts) > 1,
            locked=bool(record["locked"]),
        )
        common = {name: record[name] for name in ("from", "subject", "parts", "locked")}
        begins = json.dumps(common)[:-1]
        return Sheet(
            run=run,
            edition=edition,
            state=run.thread_state,
            newest=max((text.number for text in texts), default=0),
            begins=begins,
            digest=hashlib.sha256(begins.encode()).hexdigest(),
            filled=any(text.facts is not None for text in texts),
            needed=_needed(texts),
            kept=kept,
        )


def _passage(text: Text) -> Passage:
    return Passage(text.author, text.at, text.body, None if text.facts is None else dict(text.facts))


def _needed(texts: tuple[Text, ...]) -> tuple[str, ...]:
    tokens = (token for text in texts if text.facts is not None for token in fields.parse(text.body).tokens)
    return tuple(
        {
            token.name
            for token in tokens
            if token.kind is fields.TokenKind.FIELD
            and token.fallback is None
            and token.name in fields.FIELDS
            and fields.FIELDS[token.name].of == "client"
        }
    )
