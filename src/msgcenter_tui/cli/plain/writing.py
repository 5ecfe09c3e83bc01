"""Writing: a text by lines, kept as a draft after each, looked over, and sent once what is asked is answered."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgcenter_tui.cli.plain import words
from msgcenter_tui.cli.plain.desk import Desk, Entry
from msgcenter_tui.cli.plain.recipients import Addressee, asked
from msgcenter_tui.cli.plain.sending import Piece, Sending
from msgcenter_tui.cli.plain.voice import Ended, Stopped
from msgcenter_tui.domain import Draft, Template, ThreadId
from msgcenter_tui.errors import Conflict, MessageCenterError, NotFound, Refused
from msgcenter_tui.rules import fields
from msgcenter_tui.tui import acts, render

_HOW = (
    "Write your text, line by line. A single dot on a line ends it; "
    "cancel on a line by itself leaves it as a draft; two dots on a line write one."
)
_HOW_AGAIN = "Write your text. A single dot ends it, cancel leaves it as a draft."
_NOW = (
    "Now: send; again reads it to you; preview, as a client will read it; more lines; change and a line's number; "
    "subject; template and a name; draft leaves it as a draft; discard throws it away."
)
_NOW_AGAIN = "Now send, or help for what else there is."
_PAGE = 10
_TEMPLATES = 20


class Writing:
    """The commands that write. `sent_in` is told where something was sent."""

    def __init__(
        self, desk: Desk, open_thread: Callable[[ThreadId], None], sent_in: Callable[[ThreadId], None]
    ) -> None:
        self._desk = desk
        self._say = desk.voice.say
        self._open = open_thread
        self._sending = Sending(desk, sent_in)
        self._told: set[str] = set()

    # -- where it begins -----------------------------------------------------------------------------------------------

    def reply(self, template: str | None = None) -> None:
        """Write in the open thread, or go on with the draft that is there; with a template's text first."""
        thread = self._desk.open_thread().thread
        if thread.why_not:
            raise Refused("you cannot write here", thread.why_not.rstrip("."))
        kept = self._desk.do(acts.drafts.for_thread, thread.id)
        piece = Piece(thread.id, draft=kept, lines=kept.body.split("\n") if kept and kept.body.strip() else [])
        self._at_work(piece, template, fresh=not piece.lines)

    def new(self, template: str | None = None) -> None:
        """Write a new thread: to whom, from where, the subject, the text."""
        if self._desk.actor.viewing:
            raise Refused("you cannot write here", "you only look at this portal", "type back to leave it")
        to = asked(self._desk)
        if to is None:
            self._say("Nothing was begun.")
            return
        piece = Piece(to=to)
        if not self._desk.actor.is_client:
            self._sending.foretell(self._sending.outlook(piece), asked=False)
        try:
            piece.subject = self._desk.voice.ask("Subject, or nothing")
        except Stopped as end:
            piece.subject = end.typed
            self._keep(piece)
            raise
        self._at_work(piece, template, fresh=True)

    def drafts(self) -> None:
        """What is not sent yet; a number goes on with it."""
        desk = self._desk
        desk.opened = None

        def pages(after: str | None) -> tuple[Sequence[Entry], str | None]:
            first = int(after or 0)
            found = desk.do(acts.drafts.list_drafts)
            page = found[first : first + _PAGE]
            told = [words.draft(one, self._in_reply_to(one), desk.now, desk.services.zone) for one in page]
            entries = [Entry(line, partial(self._go_on, one.id)) for line, one in zip(told, page, strict=True)]
            return entries, str(first + _PAGE) if len(found) > first + _PAGE else None

        desk.list(pages, "you have no drafts")

    def _in_reply_to(self, draft: Draft) -> str:
        """The subject of its thread; empty of a new one, and of one that its writer does not see any more."""
        if draft.thread is None:
            return ""
        try:
            found = self._desk.do(acts.threads.open_thread, draft.thread, limit=1, counted=False)
        except NotFound:
            return ""
        return render.subject(found.thread)

    def _go_on(self, id: str) -> None:
        draft = next((one for one in self._desk.do(acts.drafts.list_drafts) if one.id == id), None)
        if draft is None:
            raise NotFound("this draft is gone", "it was sent or discarded elsewhere")
        if draft.thread is not None:
            self._open(draft.thread)
            self._at_work(Piece(draft.thread, draft=draft, lines=draft.body.split("\n")), None, fresh=False)
            return
        piece = Piece(subject=draft.subject, lines=draft.body.split("\n"), draft=draft, to=Addressee.of(draft))
        if piece.to is None or len(draft.people) < len(piece.to.recipients.people):
            self._say("To whom it goes has to be said again.")
            piece.to = asked(self._desk)
            if piece.to is None:
                self._say("It stays a draft.")
                return
        self._at_work(piece, None, fresh=False)

    def undo(self) -> None:
        """Take the newest message back as a draft, while nothing has left (N5)."""
        draft = self._desk.do(acts.messages.undo, self._desk.open_thread().thread.id)
        self._say("Taken back: nothing leaves.")
        if draft.thread is None:
            self._desk.opened = None
            self._say("The text is among your drafts; type drafts to find it.")
        else:
            self._say("The text is your draft here; reply goes on with it.")

    # -- at work -------------------------------------------------------------------------------------------------------

    def _at_work(self, piece: Piece, template: str | None, *, fresh: bool) -> None:
        """Until it is sent, left as a draft or thrown away. Whatever breaks it off, it is stored (M4)."""
        try:
            if template is not None:
                self._template(piece, template)
            elif fresh and not self._lines(piece):
                return
            elif not fresh:
                self._again(piece)
            self._menu(piece)
        except Stopped as end:
            self._keep(piece)
            self._say(_left(piece))
            if isinstance(end, Ended):
                raise

    def _lines(self, piece: Piece) -> bool:
        """Take lines until the dot; False where they are left as a draft."""
        self._once(_HOW, _HOW_AGAIN)
        while True:
            try:
                line = self._desk.voice.ask("text")
            except Stopped as end:
                if end.typed:
                    piece.lines.append(end.typed)
                raise
            if line == ".":
                return True
            if line.strip().casefold() == "cancel":
                self._keep(piece)
                self._say(_left(piece))
                return False
            piece.lines.append("." if line == ".." else line)
            self._keep(piece)

    def _menu(self, piece: Piece) -> None:
        self._once(_NOW, _NOW_AGAIN)
        does: dict[str, Callable[[str], object]] = {
            "again": lambda _: self._again(piece),
            "more": lambda _: self._lines(piece) or "left",
            "change": lambda rest: self._change(piece, rest),
            "subject": lambda _: self._subject(piece),
            "template": lambda rest: self._template(piece, rest),
            "preview": lambda rest: self._sending.preview(piece, rest),
            "send": lambda _: "left" if self._send(piece) else None,
            "draft": lambda _: self._leave(piece),
            "discard": lambda _: self._discard(piece),
            "help": lambda _: self._say(_NOW),
        }
        while True:
            command, _, rest = self._desk.voice.ask("your message").strip().partition(" ")
            if not command:
                continue
            act = does.get(command.casefold())
            if act is None:
                self._desk.voice.tell(not_known(command, does))
                continue
            try:
                if act(rest.strip()) == "left":
                    return
            except MessageCenterError as error:
                self._desk.refuse(error)

    def _once(self, words: str, again: str) -> None:
        """What has been explained once is only named from then on."""
        self._say(again if words in self._told else words)
        self._told.add(words)

    def _again(self, piece: Piece) -> None:
        if piece.thread is None:
            self._say(f"To {piece.to.words if piece.to else 'nobody yet'}. Subject: {piece.subject or 'none'}.")
        for number, line in enumerate(piece.lines, 1):
            self._say(f"{number}. {line}")
        if not piece.lines:
            self._say("Nothing is written yet.")

    def _change(self, piece: Piece, which: str) -> None:
        if not which.isdecimal() or not 0 < int(which) <= len(piece.lines):
            raise NotFound("there is no such line", "", f"write its number, from 1 to {len(piece.lines)}")
        at = int(which) - 1
        self._say(piece.lines[at])
        try:
            piece.lines[at] = self._desk.voice.ask(f"line {which}", piece.lines[at])
        except Stopped as end:
            piece.lines[at] = end.typed or piece.lines[at]
            raise
        self._keep(piece)

    def _subject(self, piece: Piece) -> None:
        if piece.thread is not None:
            raise Refused("a reply has no subject", "the thread has one")
        try:
            piece.subject = self._desk.voice.ask("Subject, or nothing", piece.subject)
        except Stopped as end:
            piece.subject = end.typed or piece.subject
            raise
        self._keep(piece)

    def _leave(self, piece: Piece) -> str:
        self._keep(piece)
        self._say(_left(piece))
        return "left"

    def _discard(self, piece: Piece) -> str | None:
        if not self._desk.sure("Throw away what you have written?"):
            return None
        if piece.draft is not None:
            try:
                self._desk.do(acts.drafts.discard, piece.draft.id, piece.draft.version)
            except Conflict:  # what another terminal has made of it is what the next time would throw away
                piece.draft = self._desk.do(acts.drafts.get, piece.draft.id)
                piece.lines = piece.draft.body.split("\n")
                piece.subject = piece.draft.subject
                raise
            except NotFound:
                pass  # elsewhere already
        self._say("Thrown away.")
        return "left"

    def _send(self, piece: Piece) -> bool:
        self._keep(piece)
        return self._sending.send(piece)

    def _keep(self, piece: Piece) -> None:
        """Store it (M4); where that cannot be done it is said, and the text is still there."""
        if piece.draft is None and not (piece.body.strip() or piece.subject.strip()):
            return
        before, to = piece.draft, piece.to
        try:
            piece.draft = self._desk.do(
                acts.drafts.save,
                id=before.id if before else None,
                version=before.version if before else 0,
                thread=piece.thread,
                recipients=to.recipients if to else None,
                workspace=(to.workspace or None) if to else None,
                subject=piece.subject,
                body=piece.body,
                locked=to.locked if to else False,
                cursor=len(piece.body),
            )
        except MessageCenterError as error:
            self._desk.refuse(error)
            return
        if before is not None and piece.draft.id != before.id:
            self._say("Another terminal changed this draft; yours is kept as a second one.")

    # -- templates -----------------------------------------------------------------------------------------------------

    def _template(self, piece: Piece, name: str) -> None:
        """Put a template's text behind what is written, its blanks asked one by one (T2, T7).

        Broken off, it is put in with what was answered, the other blanks left open; where nothing was, it is not.
        """
        found = self._the_template(name)
        if found is None:
            return
        blanks, values = fields.unfilled(found.body), list[str]()
        try:
            for blank in blanks:
                values.append(self._desk.voice.ask(f"{blank.name or 'blank'}, nothing leaves it open"))
        except Stopped as end:
            values.append(end.typed)
            if any(map(str.strip, values)):
                _put_in(piece, found, blanks, values)
            raise
        _put_in(piece, found, blanks, values)
        self._keep(piece)
        self._desk.do(acts.templates.used, found.id)
        self._say(f"The text of {found.name} is put in.")
        self._again(piece)

    def _the_template(self, name: str) -> Template | None:
        if name:
            try:
                return self._desk.do(acts.templates.get, name)
            except NotFound:
                pass  # not its whole name: what is like it is offered
        found = self._desk.do(acts.templates.list_templates, name)[:_TEMPLATES]
        if not found:
            raise NotFound(f"there is no template {name[:80]!r}" if name else "there are no templates")
        chosen = self._desk.choose("Which template", [one.name for one in found])
        return None if chosen is None else found[chosen]


def not_known(command: str, known: Iterable[str]) -> str:
    """That a command is none, and which one is near."""
    near = difflib.get_close_matches(command.casefold(), list(known), 1)
    return f"{command[:40]!r} is not known: {f'did you mean {near[0]}?' if near else 'help tells what is'}"


def _put_in(piece: Piece, template: Template, blanks: Sequence[fields.Token], values: Sequence[str]) -> None:
    """`values` are those of the first of its blanks; an empty one leaves its blank open."""
    body = template.body
    for blank, value in reversed([*zip(blanks, values, strict=False)]):
        if value.strip():
            body = f"{body[: blank.start]}{value.strip()}{body[blank.end :]}"
    piece.lines += body.split("\n")
    if piece.thread is None and not piece.subject:
        piece.subject = template.subject


def _left(piece: Piece) -> str:
    return "It is left as a draft." if piece.draft is not None else "Nothing was written."
