"""Subjects and texts are found by base letters, as names are: `lodz` finds Łódź, `strasse` Straße, `αθηνα` Αθήνα.

What an index of words does not take apart by itself is written into it by its base letters alone, and so it is sought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from alembic import op

revision = "0014"
down_revision = "0013"

LETTERS = {
    "ae": "ÆæǢǣǼǽ", "d": "ÐðĐđ", "dz": "ǄǅǆǱǲǳ", "h": "Ħħ", "i": "ı", "ij": "Ĳĳ", "l": "Łł", "lj": "Ǉǈǉ", "n": "Ŋŋ",
    "nj": "Ǌǋǌ", "o": "ØøǾǿ", "oe": "Œœ", "ss": "ßẞ", "t": "Ŧŧ", "th": "Þþ",
    "α": "Άά", "ε": "Έέ", "η": "Ήή", "ι": "ΊΐΪίϊ", "ο": "Όό", "υ": "ΎΫΰϋύ", "ω": "Ώώ", "е": "ЀЁѐёӖӗ", "եւ": "և",
    "اٴ": "ٵ", "وٴ": "ٶ", "يٴ": "ٸ", "ۇٴ": "ٷ",
}  # fmt: skip
"""What the program folds (text.base_letters) and the indexes did not, of the letters that a search asks them for."""

EVERY = "".join(LETTERS.values())

OF_MESSAGES = "SELECT thread_id FROM messages WHERE body {such}"
OF_THREADS = "SELECT id FROM threads WHERE subject {such}"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _replaced(words: str, letters: Iterable[tuple[str, str]]) -> str:
    return reduce(lambda inner, pair: f"replace({inner}, '{pair[0]}', '{pair[1]}')", letters, words)


# -- SQLite -----------------------------------------------------------------------------------------------------------

WRITTEN = re.compile(r"\b((m|old|new)\.body|(t|old|new)\.subject)\b")
SUCH = f"GLOB '*[{EVERY}]*'"

AT_ONCE = 12
"""Calls that stand one within the other: SQLite's parser takes about twenty."""


def _by_base_letters(words: str) -> str:
    pairs = [(letter, base) for base, letters in LETTERS.items() for letter in letters]
    steps = [f"s0(x) AS (SELECT {words})"]
    for number, at in enumerate(range(0, len(pairs), AT_ONCE), 1):
        steps.append(f"s{number}(x) AS (SELECT {_replaced('x', pairs[at : at + AT_ONCE])} FROM s{number - 1})")
    replaced = f"(WITH {', '.join(steps)} SELECT x FROM s{len(steps) - 1})"
    return f"(CASE WHEN {words} {SUCH} THEN {replaced} ELSE {words} END)"


def _sqlite() -> None:
    for kind, name, there in _told(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') AND substr(name, 1, 7) = 'search_'"
    ):
        when, begin, what = there.rpartition(" BEGIN ")
        based = WRITTEN.sub(lambda found: _by_base_letters(found[0]), what)
        if based != what:
            _say(f"DROP {kind} {name}")
            _say(when + begin + based)
    if _told(f"{OF_MESSAGES} UNION ALL {OF_THREADS} LIMIT 1".format(such=SUCH)):
        _say("INSERT INTO search_threads (search_threads) VALUES ('delete-all')")
        _say("INSERT INTO search_threads (rowid, words) SELECT id, words FROM search_threads_words")


# -- PostgreSQL -------------------------------------------------------------------------------------------------------

LOWERED = re.compile(r"replace\(lower\(.+?\), 'ς', 'σ'\)")


def _postgresql() -> None:
    pairs = {letter.lower(): base for base, letters in LETTERS.items() for letter in letters}
    ((there,),) = _told("SELECT pg_get_functiondef('search_fold(text)'::regprocedure)")
    _say(LOWERED.sub(lambda found: _replaced(found[0], pairs.items()), there))
    those = f"{OF_MESSAGES} UNION {OF_THREADS}".format(such=f"~ '[{EVERY}]'")
    _say(f"UPDATE search_threads SET words = search_thread(id) WHERE id IN ({those})")


def _told(query: str) -> Sequence[Any]:
    return op.get_bind().exec_driver_sql(query).all()


def _say(statement: str) -> None:
    """As it is: colons in it are no parameters."""
    op.get_bind().exec_driver_sql(statement)
