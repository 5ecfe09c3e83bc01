"""`msgcenter` alone, `msgcenter portal` and `msgcenter demo`: opens the Message Center on this terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgcenter_tui import config
from msgcenter_tui.center import identity
from msgcenter_tui.center import portal as portals
from msgcenter_tui.cli import collecting, logs
from msgcenter_tui.cli.output import Answer, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import BadInput, MessageCenterError, Refused

if TYPE_CHECKING:
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.tui.services import Services
    from msgcenter_tui.tui.terminal import Terminal


def open_center(session: Session) -> None:
    """Without a command; on an empty store the set-up comes first."""
    _need_terminal()
    _open(session, place="inbox")


def portal(session: Session) -> None:
    """A client's portal, entered as them (P3)."""
    client: str = session.args.client
    why_not = session.run(portals.why_not, client)
    if why_not is not None:
        raise Refused(f"{client[:80]} cannot sign in", why_not)  # P2
    _need_terminal()
    _open(session, place="portal", client=client)


def demo(session: Session) -> Answer | None:
    from msgcenter_tui import demo

    args = session.args
    if args.prepare:
        place = demo.prepare(reset=args.reset, say=_to_standard_error)
        return done(str(place.database), database=str(place.database))
    _need_terminal()
    ui = session.config.ui
    _ended(
        demo.run(
            reset=args.reset,
            who=args.acts_as,
            theme=ui.theme,
            keymap=ui.keymap,
            terminal=_terminal(ui),
            say=_to_standard_error,
        )
    )
    return None


def _open(session: Session, *, place: str, client: str | None = None) -> None:
    actor = session.actor if session.store.run(identity.accounts) else None
    start = "portal" if actor is not None and actor.is_client else place
    _ended(asyncio.run(_run(session, actor, start, client)))


_TURN = 0.001
"""Seconds that the threads of the store may keep the interpreter to themselves while a key waits for it."""


def _ended(code: int) -> None:
    """Where it had to stop it has said so itself, and the exit status says it to whoever started it."""
    if code:
        raise SystemExit(MessageCenterError.exit_status)


async def _run(session: Session, actor: Actor | None, start: str, client: str | None) -> int:
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.tui.app import MessageCenterApp

    front = Front(session.store)
    folder = session.demonstration
    services = _real(session, front, actor) if folder is None else _demonstration(session, front, actor, folder)
    app = MessageCenterApp(services, start=start, portal_client=client)
    collecting.begin()
    sys.setswitchinterval(_TURN)
    try:
        await app.run_async()
    finally:
        await front.close()
    return app.return_code or 0


def _real(session: Session, front: Front, actor: Actor | None) -> Services:
    from msgcenter_tui.cli.accounts import smtp_account
    from msgcenter_tui.cli.notifying import InApp, proofs, send_test
    from msgcenter_tui.tui.services import Services

    notifier = InApp(front, session.config)
    present = session.config

    async def configure_mail(values: Mapping[str, str]) -> None:
        await asyncio.to_thread(config.save_account, session.config.path, values)
        nonlocal present
        present = session.load_config()
        await notifier.restart(present)

    async def test_mail(values: Mapping[str, str], to: str) -> None:
        typed = config.typed_account(session.config.path, values)
        if typed is None:
            raise BadInput("there is no account to test", "", "name its server")
        await send_test(smtp_account(typed), to)

    return Services(
        front=front,
        actor=actor,
        policy=session.config.policy,
        start_notifier=notifier.start,
        proofs=lambda: proofs(present),
        configure_mail=configure_mail,
        test_mail=test_mail,
        keymap=session.config.ui.keymap,
        theme=session.config.ui.theme,
        terminal=_terminal(session.config.ui),
        when_it_stands=collecting.when_it_stands,
        when_still=collecting.when_still,
        log=logs.path(),
    )


def _demonstration(session: Session, front: Front, actor: Actor | None, folder: Path) -> Services:
    """For a demonstration that --db names: nothing of it may leave by a real account."""
    from msgcenter_tui.delivery.catcher import Catcher
    from msgcenter_tui.demo.place import DemoPlace
    from msgcenter_tui.demo.running import Mailbox, Notifying, proofs
    from msgcenter_tui.tui.services import Services

    place = DemoPlace(folder)
    catcher = Catcher(place.caught)
    return Services(
        front=front,
        actor=actor,
        policy=session.config.policy,
        demonstration=True,
        mailbox=Mailbox(catcher),
        start_notifier=lambda: Notifying(front, catcher),
        proofs=proofs,
        keymap=session.config.ui.keymap,
        theme=session.config.ui.theme,
        terminal=_terminal(session.config.ui),
        when_it_stands=collecting.when_it_stands,
        when_still=collecting.when_still,
        log=logs.path(),
    )


def _terminal(ui: config.Ui) -> Terminal:
    from msgcenter_tui.tui.terminal import Terminal

    return Terminal.of(os.environ, ascii=ui.ascii, still=ui.motion == "none")


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("there is no terminal to open on", "", "give a command; see `msgcenter --help`")


def _to_standard_error(line: str) -> None:
    print(line, file=sys.stderr)
