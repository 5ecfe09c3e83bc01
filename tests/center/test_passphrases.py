"""What opens a locked screen: kept as argon2id, tried against a count in the store (S2, S4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.center.practice import Practice

from msgcenter_tui.center import audit, passphrases
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.store.tables import passphrases as table

WORDS = "four calm blue boats"
KEPT = "$argon2id$v=19$m=65536,t=3,p=4$1nR8RhULEIVqFxoi2UiZzw$+AFnP4dTBtKu7JqPBtsNCUVjQHxqbTX1vNsuaiRiV+0"
"""Some hash: judging is the same whatever is in the store."""


def test_a_passphrase_is_kept_as_argon2id_and_fits_itself_alone() -> None:
    kept = passphrases.hashed(WORDS)
    assert kept.startswith("$argon2id$")
    assert WORDS not in kept
    assert passphrases.hashed("cafe\u0301 and milk") != passphrases.hashed("cafe\u0301 and milk")  # a salt of its own
    assert passphrases.fits(kept, WORDS)
    assert not passphrases.fits(kept, WORDS.upper())
    assert not passphrases.fits("no hash at all", WORDS)
    assert passphrases.fits(passphrases.hashed("cafe\u0301 and milk"), "caf\u00e9 and milk")


@pytest.mark.parametrize("bad", ["", "1234567", "x" * 1001])
def test_what_is_guessed_in_minutes_is_none(bad: str) -> None:
    with pytest.raises(BadInput):
        passphrases.hashed(bad)


def test_wrong_ones_make_the_next_wait_for_every_terminal(practice: Practice) -> None:
    run, maya, clock = practice.store.run, practice.who(practice.maya), practice.clock
    with pytest.raises(NotFound, match="no passphrase"):
        run(passphrases.begin_try, maya)
    run(passphrases.keep, maya, KEPT)
    for _ in range(3):
        assert run(passphrases.begin_try, maya) == KEPT
    with pytest.raises(Refused, match="3 were wrong; wait 5 seconds"):
        run(passphrases.begin_try, maya)
    clock.advance(seconds=5)
    run(passphrases.begin_try, maya)
    clock.advance(seconds=9)
    with pytest.raises(Refused, match="wait 1 seconds"):
        run(passphrases.begin_try, maya)
    clock.advance(hours=-3)  # turned back: no longer than the whole wait
    with pytest.raises(Refused, match="wait 10 seconds"):
        run(passphrases.begin_try, maya)
    clock.advance(hours=4)
    run(passphrases.begin_try, maya)
    run(passphrases.it_fits, maya)
    for _ in range(3):
        run(passphrases.begin_try, maya)


def test_the_longest_wait_is_a_quarter_of_an_hour(practice: Practice) -> None:
    run, maya = practice.store.run, practice.who(practice.maya)
    run(passphrases.keep, maya, KEPT)
    for _ in range(40):
        run(passphrases.begin_try, maya)
        practice.clock.advance(minutes=15)


def test_an_administrator_takes_a_forgotten_one_away(practice: Practice) -> None:  # S2, S4
    run, maya, lee = practice.store.run, practice.who(practice.maya), practice.who(practice.lee)
    run(passphrases.keep, lee, KEPT)
    run(passphrases.keep, maya, KEPT)
    with pytest.raises(Refused, match="for an administrator"):
        run(passphrases.remove, lee, practice.maya.email)
    assert [one.name for one in run(passphrases.who_helps, lee)] == ["Maya Ortiz"]
    assert run(passphrases.remove, maya, practice.lee.email) == "Lee Park"
    assert not run(passphrases.is_set, lee)
    assert run(passphrases.is_set, maya)
    with pytest.raises(NotFound, match="Lee Park has no passphrase"):
        run(passphrases.remove, lee)
    run(passphrases.remove, maya)
    acts = [(one.act, one.what) for one in run(audit.list_records, maya, limit=4).items]
    assert acts == [
        ("passphrase.remove", practice.maya.id), ("passphrase.remove", practice.lee.id),
        ("passphrase.set", practice.maya.id), ("passphrase.set", practice.lee.id),
    ]  # fmt: skip


def test_a_new_one_begins_without_a_count_and_is_for_staff(practice: Practice) -> None:
    run, maya = practice.store.run, practice.who(practice.maya)
    run(passphrases.keep, maya, KEPT)
    run(passphrases.begin_try, maya)
    run(passphrases.keep, maya, KEPT)
    with practice.store.read() as tx:
        assert tx.conn.execute(select(table.c.wrong, table.c.tried_at)).one() == (0, None)
    with pytest.raises(Refused, match="it is for staff"):
        run(passphrases.keep, practice.who(practice.client("Ana")), KEPT)
