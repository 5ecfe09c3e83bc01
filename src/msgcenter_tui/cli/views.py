"""`--view-as`: whose portal is looked at by a command: as it is, as it was at a time, or as it would be (P3)."""

from __future__ import annotations

from datetime import UTC, datetime

from msgcenter_tui.center import portal
from msgcenter_tui.cli.output import Paper, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import NOBODY, Actor, Status
from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import times, views

NEW = "new"
"""Instead of a client: one who joins today."""


class View:
    """Who looks: whoever acts or, by --view-as, a client's portal that is looked at and nothing else (P3)."""

    def __init__(self, session: Session) -> None:
        args = session.args
        self._session = session
        self._place = ""
        self.of_portal = args.view_as is not None
        self.reader: Actor = session.actor
        self.not_kept: tuple[str, ...] = ()
        if self.of_portal:
            self.reader = self._looking()
            self.not_kept = session.store.run(portal.not_kept, self.reader)
        elif any(given is not None for given in (args.at, args.if_status, args.if_portal, args.if_in, args.if_name)):
            raise BadInput("it is not said whose portal is looked at", "", "name a client with --view-as, or say new")

    def _looking(self) -> Actor:
        session, args = self._session, self._session.args
        at = times.moment(args.at or "", datetime.now(UTC))
        status = None if args.if_status is None else Status(args.if_status)
        switch = None if args.if_portal is None else args.if_portal == "on"
        workspace = None if args.if_in is None else session.workspace(args.if_in)
        self._place = args.if_in or ""
        if args.view_as != NEW:
            if args.if_name is not None:
                raise BadInput("--if-name is for a client who joins today", "", "leave it out, or say --view-as new")
            place = None if workspace is None else workspace.id
            return session.run(portal.view_as, args.view_as, at=at, status=status, portal=switch, workspace=place)
        if workspace is None:
            raise BadInput("it is not said where the client joins", "", "name the workspace with --if-in")
        return session.run(
            portal.view_as_new,
            workspace.id,
            name=args.if_name or "",
            status=status or Status.LEAD,
            portal=switch is not False,
            at=at,
        )

    @property
    def knows_unread(self) -> bool:
        """As of a time in the past nobody does."""
        return self.reader.at is None

    def json(self) -> dict[str, object]:
        """What is added to the document of a view."""
        if not self.of_portal:
            return {}
        eyes = self.reader.eyes
        status = None if eyes is None or eyes.status is None else eyes.status.value
        switch = None if eyes is None or eyes.portal is None else eyes.portal
        return {
            "view": {
                "client": None if self.reader.person == NOBODY else self.reader.person,
                "name": self.reader.name,
                "at": None if self.reader.at is None else iso(self.reader.at),
                "if_status": status,
                "if_portal": switch,
                "if_in": None if eyes is None else eyes.workspace,
                "not_kept": list(self.not_kept),
            }
        }

    def say(self, paper: Paper) -> None:
        if not self.of_portal:
            return
        at = "" if self.reader.at is None else local(self.reader.at)
        words = views.called(self.reader, at, self._place) or self.reader.name
        paper.say(f"the portal of {words}" if not words.startswith("if ") else f"the portal {words}", "bold")
        for clause in self.not_kept:
            paper.say(clause, "dim", indent="  ")
        paper.say()
