"""`msgcenter serve`: the Message Center in a browser, for whoever has the address with its secret."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from msgcenter_tui.clear import on_this_machine
from msgcenter_tui.cli import ending, pages
from msgcenter_tui.cli.output import Paper, to_standard_error
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import Ask, BadInput, Refused, Unavailable, reason
from msgcenter_tui.serving.door import Door

if TYPE_CHECKING:
    from msgcenter_tui.serving.server import Server
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.tui.services import Notifier

_ANYWHERE = {"0.0.0.0", "::"}
_HIGHEST_PORT = 65535


def serve(session: Session) -> None:
    """Serve until a signal says to stop; then every page has stored what was being written, and ended."""
    args = session.args
    if not 0 <= args.port <= _HIGHEST_PORT:
        raise BadInput(f"--port {args.port} cannot be used", "", "give a number up to 65535, or none for a free one")
    if args.pages < 1:
        raise BadInput(f"--pages {args.pages} cannot be used", "", "give a number from 1 on")
    name = socket.gethostname() if args.host in _ANYWHERE else args.host
    door = Door(names=[name], url=args.url)
    if args.demo:
        _on_the_demonstration(session)
    actor = session.actor
    if actor.is_client:
        why = "who has the address acts as them, and a portal for clients needs a real sign-in"
        raise Refused("a client's portal is not served", why, "serve as a member of staff; `p` opens any portal")
    if not args.yes and not on_this_machine(args.host):
        why = f"everybody who has the address acts as {actor.name}, and whoever is on the way can read along"
        raise Ask(f"{args.host} serves other machines, too", f"{why}, for nothing is encrypted")
    server = _server(session, door, actor)
    asyncio.run(_serve(session, server, door, actor, name))


def _on_the_demonstration(session: Session) -> None:
    from msgcenter_tui import demo
    from msgcenter_tui.demo.people import MAYA, STAFF
    from msgcenter_tui.demo.running import POLICY

    args = session.args
    if args.db is not None:
        raise BadInput("--demo cannot be used with --db", "it has a store of its own", "give one of them")
    args.db = str(demo.prepare(say=to_standard_error).database)
    args.acts_as = args.acts_as or STAFF[MAYA]
    session.config = replace(session.config, policy=POLICY)


def _server(session: Session, door: Door, actor: Actor) -> Server:
    try:
        from msgcenter_tui.serving.server import Server
    except ModuleNotFoundError as error:
        if error.name not in ("aiohttp", "textual_serve"):
            raise
        cure = "install the program with its extra, msgcenter-tui[serve]"
        raise Unavailable("nothing can be shown in a browser", f"{error.name} is not installed", cure) from None
    policy = session.config.policy if session.args.demo else None
    environment = pages.environment(session.config.database, actor, policy)
    return Server(door, pages.command(), environment, most=session.args.pages)


async def _serve(session: Session, server: Server, door: Door, actor: Actor, name: str) -> None:
    """One notifier for all pages: what was sent leaves after its page is closed, and no page waits for a server."""
    from msgcenter_tui.store.front import Front

    args = session.args
    stopping = asyncio.Event()
    ending.heed(asyncio.get_running_loop(), stopping.set)
    front = Front(session.store)
    notifier: Notifier | None = None
    try:
        try:
            port = await server.start(args.host, args.port)
        except OSError as error:
            why = reason(error)
            where = f"{args.host}, port {args.port}" if args.port else args.host
            raise Unavailable(f"nothing can be served at {where}", why, "name another") from None
        _say(session, door.address(name, port), actor)
        notifier = await _notifier(session, front)
        await stopping.wait()
    finally:
        await server.stop()
        if notifier is not None:
            await notifier.stop()
        await front.close()


async def _notifier(session: Session, front: Front) -> Notifier | None:
    if not session.notifies:
        to_standard_error("nothing is carried out here: a `msgcenter deliver` with a notifier's login does that")
        return None
    folder = session.demonstration
    if folder is not None:
        from msgcenter_tui.delivery.catcher import Catcher
        from msgcenter_tui.demo.place import DemoPlace
        from msgcenter_tui.demo.running import Notifying

        return Notifying(front, Catcher(DemoPlace(folder).caught))
    from msgcenter_tui.cli.notifying import InApp

    notifier = InApp(front, session.config).start()
    await notifier.ready()
    if notifier.status:
        to_standard_error(f"warning: {notifier.status}")
    return notifier


def _say(session: Session, address: str, actor: Actor) -> None:
    """The address, at once and in one piece: who started this waits for it."""
    if session.json:
        print(json.dumps({"address": address, "as": {"id": actor.person, "name": actor.name}}), flush=True)
        return
    paper = Paper.of(sys.stdout)
    paper.say(f"The Message Center is open as {actor.name} at")
    paper.say(address, "accent")
    paper.say(f"Whoever has this address acts as {actor.name}. ctrl+c ends it, and every page.", "dim")
    if not on_this_machine(session.args.host):
        paper.say("Nothing is encrypted: whoever is on the way can read it, and take it.", "warn")
    print("\n".join(paper.lines), flush=True)
