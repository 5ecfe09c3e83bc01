"""`msgcenter passphrase`: what opens a locked screen."""

from __future__ import annotations

import getpass
import sys

from msgcenter_tui.center import passphrases
from msgcenter_tui.cli.output import Answer, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.errors import BadInput, Refused


def keep(session: Session) -> Answer:
    _present(session)
    new = _asked("New passphrase: ")
    kept = passphrases.hashed(new)
    if _asked("Once more: ") != new:
        raise BadInput("the passphrase was not set", "the two are not the same", "try again")
    session.run(passphrases.keep, kept)
    return done("your passphrase is set: it opens a locked screen")


def remove(session: Session) -> Answer:
    who = session.args.who
    if who is None:
        _present(session)
    name = session.run(passphrases.remove, who)
    return done(f"{name} has no passphrase any more")


def _present(session: Session) -> None:
    """Have the one there is typed: whoever passes by must not take another."""
    if not session.run(passphrases.is_set):
        return
    known = session.run(passphrases.begin_try)
    if not passphrases.fits(known, _asked("Present passphrase: ")):
        raise Refused("nothing was changed", "the present passphrase is another one")
    session.run(passphrases.it_fits)


def _asked(prompt: str) -> str:
    """One line, not shown where it is typed; from a pipe as it comes."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
