"""Before a message is sent: whom it reaches, how it reads, what is asked; and the send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from msgcenter_tui.cli.plain.desk import Desk
from msgcenter_tui.cli.plain.recipients import Addressee
from msgcenter_tui.domain import NO_SUBJECT, Draft, Outlook, PieceKind, Sent, ThreadId, Unsent
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.rules import asking, waiting
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.tui import acts, render

_NAMED = 5
"""So many of those whom nothing reaches are named before a send."""


@dataclass
class Piece:
    """What is being written: a reply in `thread`, or a new thread to `to`."""

    thread: ThreadId | None = None
    to: Addressee | None = None
    subject: str = ""
    lines: list[str] = field(default_factory=list)
    draft: Draft | None = None

    @property
    def body(self) -> str:
        return "\n".join(self.lines)

    def unsent(self) -> Unsent:
        if self.to is None:
            return Unsent(self.body, thread=self.thread)
        to = self.to
        return Unsent(self.body, None, to.recipients, to.workspace, self.subject, locked=to.locked)


class Sending:
    """`sent_in` is told of the thread in which something was sent."""

    def __init__(self, desk: Desk, sent_in: Callable[[ThreadId], None]) -> None:
        self._desk = desk
        self._say = desk.voice.say
        self._sent_in = sent_in

    def outlook(self, piece: Piece) -> Outlook | None:
        """What sending would do now (S3, N4); None for a client."""
        if self._desk.actor.is_client:
            return None
        body = piece.body or None
        if piece.thread is not None:
            return self._desk.do(acts.messages.outlook_reply, piece.thread, body=body)
        to = piece.to
        assert to is not None
        return self._desk.do(acts.messages.outlook, to.recipients, to.workspace, locked=to.locked, body=body)

    def foretell(self, outlook: Outlook | None, *, asked: bool) -> None:
        """Who is notified and who is not; the figures are left out where the question that follows has them."""
        if outlook is None:
            return
        if outlook.question is None or not asked:
            self._say(asking.notified(outlook.reach))
        reach = outlook.reach
        if waits := waiting.waits_for(self._desk.stopped(), waiting.channels(reach)):
            self._desk.voice.tell(f"it waits: {waits}")
        missing = reach.portal_only + reach.unreachable
        if outlook.first_unreached:
            some = outlook.first_unreached[:_NAMED]
            named = "; ".join(f"{one.name} {one.reason}" for one in some)
            more = f"; and {render.number(missing - len(some))} more" if missing > len(some) else ""
            self._desk.voice.tell(f"not notified: {named}{more}")

    def preview(self, piece: Piece, name: str) -> None:
        """As the first client who gets it, or one of this name, will read it (T6)."""
        if self._desk.actor.is_client:
            raise Refused("there is nothing to preview", "it reads as it is written")
        unsent = piece.unsent()
        who = self._desk.do(acts.previews.neighbours, unsent, search=name, limit=1)
        if name and not who:
            raise NotFound(f"nobody called {name[:80]!r} gets this")
        seen = self._desk.do(acts.previews.preview, unsent, who[0].id if who else None)
        later = ", a client who joins later," if seen.later else ""
        self._say(f"As {seen.client.name}{later} reads it. In the portal: {seen.portal.subject or NO_SUBJECT}.")
        if seen.portal.why_not:
            self._desk.voice.tell(f"not in the portal: {seen.portal.why_not}")
        else:
            self._desk.voice.body("".join(
                f"({part.text})" if part.kind in (PieceKind.BLANK, PieceKind.ERROR) else part.text
                for part in seen.portal.pieces
            ))  # fmt: skip
            self._say(seen.portal.closed or seen.portal.notice or "They can reply.")
        for channel, letter in (("e-mail", seen.email), ("SMS", seen.sms)):
            self._letter(channel, letter)
        if seen.problem:
            self._desk.voice.tell(f"it cannot be sent so: {seen.problem}")

    def _letter(self, channel: str, letter: Letter | str) -> None:
        if isinstance(letter, str):
            self._desk.voice.tell(f"not by {channel}: {letter}")
        elif self._desk.services.proofs is not None:
            proofs = self._desk.services.proofs()
            if channel == "SMS":
                self._say("By SMS:")
                self._desk.voice.body(proofs.sms(letter))
            else:
                mail = proofs.mail(letter)
                self._say(f"By e-mail, to {mail.to}, subject {mail.subject}:")
                self._desk.voice.body(mail.text)

    def send(self, piece: Piece) -> bool:
        """Whether it was sent; otherwise it is a draft still (S1, M4)."""
        outlook = self.outlook(piece)
        self.foretell(outlook, asked=True)
        to_type = None if outlook is None else asking.number_to_type(outlook.kind, outlook.reach)

        def attempt(yes: bool) -> Sent:
            if piece.thread is not None:
                return self._desk.do(acts.messages.reply, piece.thread, piece.body, yes=yes, draft=piece.draft)
            if piece.to is None:
                raise Refused("it is not said to whom")
            to = piece.to
            return self._desk.do(
                acts.messages.start, to.recipients, to.workspace, piece.body,
                subject=piece.subject, locked=to.locked, yes=yes, draft=piece.draft,
            )  # fmt: skip

        try:
            sent = self._desk.confirmed(attempt, to_type)
        except Refused as refused:
            self._desk.refuse(refused)
            self._say("Your text is kept.")
            return False
        if sent is None:
            return False
        self._say("Sent.")
        if sent.thread is not None:
            self._sent_in(sent.thread)
        return True
