"""The passphrase with which a member of staff opens a locked screen: kept as argon2id, tried against a count (S4).

A try is counted before it is judged, and in the store: a second terminal, or one that is killed meanwhile, has no more
of them. Judging takes a tenth of a second and stands in no transaction:

    known = run(begin_try, actor)      raises Refused while one has to wait
    fits(known, passphrase)            off the event loop
    run(it_fits, actor)                the count begins anew
"""

from __future__ import annotations

import unicodedata

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Person, PersonKind
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.rules import passphrases as rules
from msgcenter_tui.store import passphrases as store
from msgcenter_tui.store import staff
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look


def hashed(passphrase: str) -> str:
    """What is kept of it, a tenth of a second's work; raises BadInput for what cannot be one."""
    from argon2 import PasswordHasher

    typed = _as_typed(passphrase)
    rules.check(typed)
    return PasswordHasher().hash(typed)


def fits(known: str, passphrase: str) -> bool:
    """Whether it is the one of which this is kept, a tenth of a second's work."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(known, _as_typed(passphrase))
    except (VerificationError, InvalidHashError):
        return False


def _as_typed(passphrase: str) -> str:
    """The same on every keyboard, whether it writes an accent with its letter or after it."""
    return unicodedata.normalize("NFC", passphrase)


@look
def is_set(tx: Tx, actor: Actor) -> bool:
    return store.is_kept(tx, actor.person)


@act
def keep(tx: Tx, actor: Actor, kept: str) -> None:
    """Have the actor's screen opened by this from now on, in the place of what there was; see `hashed`."""
    finding.require_staff(tx, actor)
    store.keep(tx, actor.person, kept)
    record(tx, actor, "passphrase.set", actor.person)


@act
def remove(tx: Tx, actor: Actor, who: str | None = None) -> str:
    """Take away the actor's own passphrase, or an administrator somebody's who has forgotten it; gives the name."""
    finding.require_staff(tx, actor)
    if who is not None:
        finding.require_administrator(tx, actor)
    row = finding.the_staff(tx, who or actor.person)
    if not store.remove(tx, row.id):
        raise NotFound(f"{row.name} has no passphrase")
    record(tx, actor, "passphrase.remove", row.id)
    return str(row.name)


@act
def begin_try(tx: Tx, actor: Actor) -> str:
    """Count a try of the actor's, and give what it is judged by.

    Raises Refused while one has to wait after wrong ones, NotFound where none is set.
    """
    row = store.row_to_try(tx, actor.person)
    if row is None:
        raise NotFound("you have no passphrase")
    seconds = round(rules.left(row.wrong, row.tried_at, tx.now).total_seconds())
    if seconds > 0:
        raise Refused("it was not tried", f"{row.wrong} were wrong", f"wait {seconds} seconds")
    store.count_try(tx, actor.person)
    return str(row.kept)


@act
def it_fits(tx: Tx, actor: Actor) -> None:
    """The try was the right one: none counts as wrong any more."""
    store.forget_tries(tx, actor.person)


@look
def who_helps(tx: Tx, actor: Actor) -> tuple[Person, ...]:
    """Those who can take away a passphrase that the actor has forgotten; be it the actor alone, by a command."""
    return tuple(Person(row.id, row.name, PersonKind.STAFF) for row in staff.administrators(tx))
