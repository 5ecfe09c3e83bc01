"""`msgcenter doctor`: how everything stands that the Message Center needs, each thing with its cure."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from msgcenter_tui.cli.accounts import sms_account, smtp_account
from msgcenter_tui.cli.notifying import try_account
from msgcenter_tui.cli.output import Answer, Cell, Paper, count
from msgcenter_tui.cli.session import Session
from msgcenter_tui.config import Config, Smtp
from msgcenter_tui.domain import Finding, Health
from msgcenter_tui.errors import BadConfig, MessageCenterError
from msgcenter_tui.store import checkup
from msgcenter_tui.store.engine import place

_G, _N, _W, _B = Health.GOOD, Health.NOTE, Health.WARNING, Health.BAD
_STYLES = {_G: "good", _N: "dim", _W: "warn", _B: "bad"}


def examine(session: Session) -> Answer:
    found = list(_findings(session))
    worst = [one.health for one in found]

    def text(paper: Paper) -> None:
        for one in found:
            paper.entry((Cell(one.health.value, _STYLES[one.health]), one.about, one.what), _WIDTHS)
            if one.cure:
                paper.entry(("", "", Cell(one.cure, "dim")), _WIDTHS)
        bad, warnings = worst.count(_B), worst.count(_W)
        if bad:
            paper.say(f"{count(bad, 'thing')} out of order", "bad")
        elif warnings:
            paper.say(f"it works; {count(warnings, 'thing')} to see to", "warn")
        else:
            paper.say("all is well", "good")

    document = [{"about": one.about, "health": one.health.value, "what": one.what, "cure": one.cure} for one in found]
    return Answer({"ok": _B not in worst, "findings": document}, text)


_WIDTHS = (7, 10)


def _findings(session: Session) -> Iterator[Finding]:
    yield _program()
    yield from _terminal()
    try:
        config = session.config
    except BadConfig as error:
        yield checkup.out_of_order("settings", error)
        return
    yield from _settings(config)
    yield from _left(config)
    yield from checkup.of_store(config.database)
    yield from _accounts(config, offline=session.args.offline)


def _program() -> Finding:
    parts = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Textual {version('textual')}"
    return Finding("program", _G, parts)


def _terminal() -> Iterator[Finding]:
    from msgcenter_tui.tui.screens.too_small import LEAST
    from msgcenter_tui.tui.terminal import Colours, Terminal

    if not sys.stdout.isatty():
        return
    terminal, size = Terminal.of(os.environ), shutil.get_terminal_size()
    if terminal.charset != "utf-8":
        cure = "set LANG to a locale that ends with .UTF-8"
        yield Finding("terminal", _W, f"its locale is {terminal.charset}: foreign letters become question marks", cure)
    if size.columns < LEAST[0] or size.lines < LEAST[1]:
        cure = f"make it {LEAST[0]} x {LEAST[1]} at least, or use --plain"
        yield Finding("terminal", _W, f"{size.columns} x {size.lines} is too small for the screens", cure)
    elif os.environ.get("TERM", "dumb") == "dumb":
        yield Finding("terminal", _N, "it says that it can do little (TERM)", "use msgcenter --plain")
    else:
        colours = {Colours.ALL: "all colours", Colours.NONE: "no colours"}.get(terminal.colours)
        shown = colours or f"{terminal.colours.value} colours"
        yield Finding("terminal", _G, f"{size.columns} x {size.lines}, {shown}")


def _settings(config: Config) -> Iterator[Finding]:
    path = config.path
    if not path.exists():
        yield Finding("settings", _N, f"there is no file {path}: everything is as it comes")
    elif path.stat().st_mode & 0o077 and _holds_a_password(config):
        yield Finding("settings", _W, f"others on this machine may read the password in {path}", f"chmod 600 {path}")
    else:
        yield Finding("settings", _G, str(path))
    if config.ui.keymap:
        from msgcenter_tui.tui import keys

        yield from (Finding("keys", _W, f"[ui.keymap] {one.what}", one.cure) for one in keys.check(config.ui.keymap))


def _left(config: Config) -> Iterator[Finding]:
    """Beside the settings and the store, and where a screen exports to unless it is told another place."""
    from msgcenter_tui.tui.exporting import proposed

    files = (config.path, place(config.database), Path(proposed(config.path.name)))
    yield from checkup.left({one.parent.absolute() for one in files if isinstance(one, Path)})


def _holds_a_password(config: Config) -> bool:
    """The file itself does, and not what it names, or a variable."""
    passwords = (one.password for one in (config.smtp, config.sms) if one is not None)
    return any(one is not None and one.source == "password" and str(config.path) in one.where for one in passwords)


def _accounts(config: Config, *, offline: bool) -> Iterator[Finding]:
    if config.smtp is None:
        cure = "set [smtp] in the configuration; what is to be notified waits until then"
        yield Finding("e-mail", _N, "not configured", cure)
    else:
        yield _mail(config.smtp, offline=offline)
    if config.sms is None:
        yield Finding("SMS", _N, "not configured", "set [sms] in the configuration, where texts are wanted")
        return
    try:
        sms_account(config.sms)
    except MessageCenterError as error:
        yield checkup.out_of_order("SMS", error)
    else:
        # A provider has no login to try: the first thing that it would be asked is to send something.
        yield Finding("SMS", _N, "configured; whether its provider takes the account shows when something is sent")


def _mail(smtp: Smtp, *, offline: bool) -> Finding:
    """One login, and no mail."""
    where = f"{smtp.host}, port {smtp.port}"
    if offline:
        return Finding("e-mail", _N, f"{where}; not tried")
    try:
        asyncio.run(try_account(smtp_account(smtp)))
    except MessageCenterError as error:
        return checkup.out_of_order("e-mail", error)
    return Finding("e-mail", _G, f"{where} lets the account in")
