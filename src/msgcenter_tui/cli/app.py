"""`msgcenter` alone, `msgcenter portal` and `msgcenter demo`: opens the Message Center on this terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgcenter_tui import config
from msgcenter_tui.cli import ahead, pages
from msgcenter_tui.cli.main import INTERRUPTED
from msgcenter_tui.cli.output import Answer, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.errors import BadInput, MessageCenterError, Refused

if TYPE_CHECKING:
    from msgcenter_tui.cli.notifying import InApp
    from msgcenter_tui.delivery.proofs import Proofs
    from msgcenter_tui.domain import Actor
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.tui.services import Front as Door
    from msgcenter_tui.tui.services import Services, Start
    from msgcenter_tui.tui.showing import Tell
    from msgcenter_tui.tui.terminal import Terminal

UPGRADING = "Upgrading the store to this version; of a large one that takes minutes. A copy of it is kept."


def open_center(session: Session) -> None:
    """Without a command; on an empty store the set-up comes first."""
    _open(session, None)


def portal(session: Session) -> None:
    """A client's portal, entered as them (P3)."""
    _open(session, session.args.client)


def demo(session: Session) -> Answer | None:
    from msgcenter_tui import demo

    args = session.args
    if args.prepare:
        place = demo.prepare(reset=args.reset, say=_to_standard_error)
        return done(str(place.database), database=str(place.database))
    ui = session.config.ui
    shown = _plainly() if _plain(session) else None
    if shown is None:
        _need_terminal()
    _ended(
        demo.run(
            reset=args.reset,
            who=args.acts_as,
            theme=ui.theme,
            keymap=ui.keymap,
            tour=args.tour,
            terminal=_terminal(ui),
            say=_to_standard_error,
            shown=shown,
        )
    )
    return None


def _ended(code: int) -> None:
    """Where it had to stop it has said so itself, and the exit status says it to whoever started it."""
    if code:
        raise SystemExit(code if code == INTERRUPTED else MessageCenterError.exit_status)


def _open(session: Session, client: str | None) -> None:
    if _plain(session):
        _ended(_plainly()(lambda tell: _opened(session, client, tell)))
        return
    _need_terminal()
    reader = ahead.begin(session) if client is None and not pages.here() else None
    from msgcenter_tui.tui.showing import show

    def opened(tell: Tell) -> Start:
        beginning = reader.start() if reader is not None else None
        if reader is None or beginning is None:
            return _opened(session, client, tell)
        return _opened_ahead(session, reader, beginning)

    ui = session.config.ui
    _ended(show(opened, keymap=ui.keymap, theme=ui.theme, terminal=_terminal(ui)))


def _plain(session: Session) -> bool:
    """Whether it is a dialogue of lines; a page in a browser shows screens."""
    return (session.args.plain or session.config.ui.plain) and not pages.here()


def _plainly() -> Callable[[Callable[[Tell], Start]], int]:
    from msgcenter_tui.cli import plain

    return plain.show


def _opened(session: Session, client: str | None, tell: Tell) -> Start:
    """What the app begins with; called in a thread. Raises what opening a store raises, and Refused (P2)."""
    from msgcenter_tui.center import identity
    from msgcenter_tui.center import portal as portals
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.tui.services import Start

    session.upgrading = lambda: tell(UPGRADING)
    actor = session.actor if session.store.run(identity.accounts) else None
    if client is not None and (why_not := session.run(portals.why_not, client)) is not None:
        raise Refused(f"{client[:80]} cannot sign in", why_not)  # P2
    front, folder = Front(session.store), session.demonstration
    if folder is not None:
        services = _demonstration(session, front, actor, folder)
    else:
        services = _real(session, front, lambda: front, actor, notifies=session.notifies)
    in_portal = client is not None or (actor is not None and actor.is_client)
    return Start(services, "portal" if in_portal else "inbox", client)


def _opened_ahead(session: Session, reader: ahead.Reader, beginning: ahead.Beginning) -> Start:
    """The same for a member of staff, the store being opened here once the first list stands."""
    from msgcenter_tui.cli import logs
    from msgcenter_tui.tui import acts
    from msgcenter_tui.tui.services import Start

    logs.to_file()
    acts.by_name()
    front = ahead.FrontAhead(reader, beginning.told, session)
    services = _real(session, front, front.load, beginning.actor, notifies=True)
    services.load = front.load
    return Start(services)


def _real(
    session: Session, front: Door, store: Callable[[], Front], actor: Actor | None, *, notifies: bool
) -> Services:
    from msgcenter_tui.cli import logs
    from msgcenter_tui.tui.services import Services

    present = session.config

    @cache
    def notifier() -> InApp:
        # The delivery's libraries are imported when the first list stands.
        from msgcenter_tui.cli.notifying import InApp

        return InApp(store(), present)

    def proofs() -> Proofs:
        from msgcenter_tui.cli import notifying

        return notifying.proofs(present)

    async def configure_mail(values: Mapping[str, str]) -> None:
        await asyncio.to_thread(config.save_account, session.config.path, values)
        nonlocal present
        present = session.load_config()
        await notifier().restart(present)

    async def test_mail(values: Mapping[str, str], to: str) -> None:
        from msgcenter_tui.cli.accounts import smtp_account
        from msgcenter_tui.cli.notifying import send_test

        typed = config.typed_account(session.config.path, values)
        if typed is None:
            raise BadInput("there is no account to test", "", "name its server")
        await send_test(smtp_account(typed), to)

    return Services(
        front=front,
        actor=actor,
        policy=session.config.policy,
        start_notifier=(lambda: notifier().start()) if notifies and not pages.here() else None,
        notified_by=pages.NOTIFIED_BY if notifies and pages.here() else "msgcenter deliver",
        proofs=proofs,
        configure_mail=configure_mail,
        test_mail=test_mail,
        keymap=session.config.ui.keymap,
        theme=session.config.ui.theme,
        lock_after=timedelta(minutes=session.config.ui.lock_after) or None,
        terminal=_terminal(session.config.ui),
        log=logs.path(),
    )


def _demonstration(session: Session, front: Front, actor: Actor | None, folder: Path) -> Services:
    """For a demonstration that --db names: nothing of it may leave by a real account."""
    from msgcenter_tui.cli import logs
    from msgcenter_tui.delivery.catcher import Catcher
    from msgcenter_tui.demo.place import DemoPlace
    from msgcenter_tui.demo.running import Notifying, proofs
    from msgcenter_tui.tui.services import Services

    place = DemoPlace(folder)
    catcher = Catcher(place.caught)
    return Services(
        front=front,
        actor=actor,
        policy=session.config.policy,
        demonstration=True,
        mailbox=catcher,
        start_notifier=None if pages.here() else lambda: Notifying(front, catcher),
        notified_by=pages.NOTIFIED_BY,
        proofs=proofs,
        keymap=session.config.ui.keymap,
        theme=session.config.ui.theme,
        terminal=_terminal(session.config.ui),
        log=logs.path(),
    )


def _terminal(ui: config.Ui) -> Terminal:
    from msgcenter_tui.tui.terminal import Terminal

    return Terminal.of(os.environ, ascii=ui.ascii, still=ui.motion == "none")


def _need_terminal() -> None:
    if not pages.here() and not (sys.stdin.isatty() and sys.stdout.isatty()):
        cure = "say --plain for a dialogue in lines, or give a command; see `msgcenter --help`"
        raise BadInput("there is no terminal to open on", "", cure)


def _to_standard_error(line: str) -> None:
    print(line, file=sys.stderr)
