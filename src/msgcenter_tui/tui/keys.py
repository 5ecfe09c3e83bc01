"""From the table of actions to bindings, the keymap check, the help's lines and docs/keys.md.

python -m msgcenter_tui.tui.keys > docs/keys.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import combinations
from typing import NamedTuple

from textual.binding import Binding, BindingType
from textual.keys import REPLACED_KEYS, format_key, key_to_character

from msgcenter_tui.tui.actions import ACTIONS, Action

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
BY_METHOD: dict[str, Action] = {action.method: action for action in ACTIONS}

# Places whose keys are live at the same time, from the inside out: a key in two of them means the inner one.
# Two actions of one place on one key are a clash; so are two of places that stand beside each other in one screen.
TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"inbox", "places", "app", "marks"}),
    frozenset({"list", "marks"}),
    frozenset({"portal", "message", "app"}),
    frozenset({"clients", "room", "places", "app", "list"}),
    frozenset({"templates", "room", "places", "app"}),
    frozenset({"deliveries", "room", "places", "app", "list", "marks"}),
    frozenset({"audit", "room", "places", "app", "list"}),
    frozenset({"audience", "of-thread", "room", "app", "list"}),
    frozenset({"mailbox", "room", "places", "app"}),
    frozenset({"new-thread", "app"}),
    frozenset({"preview", "app"}),
    frozenset({"choose-client", "room", "places", "app"}),
)


def bindings(*places: str) -> list[BindingType]:
    """The default bindings of the places named, for a screen's or widget's BINDINGS."""
    return [
        Binding(
            action.keys,
            action.method,
            action.words,
            show=action.rank > 0,
            tooltip=action.help,
            priority=action.priority,
            id=action.id,
        )
        for action in ACTIONS
        if action.place in places
    ]


def effective(keymap: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The keys of every action under a keymap, by their names: {id: keys}."""
    return {action.id: _keys_of(action, keymap) for action in ACTIONS}


def _keys_of(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    return _named(keymap[action.id]) if action.id in keymap else tuple(action.keys.split(","))


def _named(keys: str) -> tuple[str, ...]:
    """As Textual will have them of a keymap: a sign is its name."""
    given = ",".join(key for key in keys.split(",") if key.strip())
    return tuple(one.key for one in Binding.make_bindings([(given, "")])) if given else ()


class Wrong(NamedTuple):
    """A line of a keymap that does not do what it says."""

    what: str
    cure: str


def check(keymap: Mapping[str, str]) -> list[Wrong]:
    """What is wrong with a keymap; empty when nothing is. The app says it at its start, and `msgcenter doctor`."""
    problems = [Wrong(f"there is no action {name!r}", _near(name)) for name in keymap if name not in BY_ID]
    keys = effective(keymap)
    changed = {name: keys[name] for name in keymap if name in BY_ID}
    problems += [Wrong(f"{name} has no key", "give it one, or take the line out") for name in changed if not keys[name]]
    problems += [
        Wrong(f"{key!r} of {name} is no key", "write one as in R, f5, ctrl+s, shift+up, pagedown, question_mark")
        for name, given in changed.items()
        for key in given
        if not _is_key(key)
    ]
    on_key: dict[str, list[Action]] = {}
    for action in ACTIONS:
        for key in dict.fromkeys(keys[action.id]):
            on_key.setdefault(key, []).append(action)
    for key, actions in on_key.items():
        pairs = ((one.id, other.id) for one, other in combinations(actions, 2) if _meet(one.place, other.place))
        problems += [
            Wrong(f"{key!r} is both {one} and {other}", f"give {one if one in keymap else other} another key")
            for one, other in pairs
        ]
    return problems


def _near(name: str) -> str:
    near = get_close_matches(name, BY_ID, 1)
    return f"did you mean {near[0]}?" if near else "docs/keys.md lists them"


_NAMES = frozenset(
    {
        *("enter", "escape", "tab", "space", "backspace", "insert", "delete"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *(f"f{number}" for number in range(1, 36)),
    }
)
_MODIFIERS = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})


def _is_key(key: str) -> bool:
    """Whether Textual may name a key so: modifiers in the order of the alphabet, then a character or a name."""
    *modifiers, base = key.split("+")
    character = typed(base)
    named = base in _NAMES or (character is not None and character.isprintable())
    return named and (len(base) == 1 or base.islower()) and modifiers == sorted(_MODIFIERS.intersection(modifiers))


def _meet(first: str, second: str) -> bool:
    return first == second or any(first in places and second in places for places in TOGETHER)


def label(key: str) -> str:
    """A key as people read it: "^s", "del", "?"."""
    *modifiers, base = key.split("+")
    shown = _LABELS.get(base) or format_key(base)
    return "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers) + shown


def first(action: str, keymap: Mapping[str, str], *, writing: bool = False) -> str:
    """The first key of an action under a keymap, as people read it; empty where a keymap leaves it none.

    While one is `writing`, in a text field, it is the first that is no letter.
    """
    its_keys = _keys_of(BY_ID[action], keymap)
    return label(next((key for key in its_keys if not (writing and typed(key))), ""))


def filled(words: str, keymap: Mapping[str, str]) -> str:
    """Words of ours about keys, the first key of an action where its id stands: "{room.back} shows everything"."""
    return _ID.sub(lambda found: first(found[1], keymap), words)


_ID = re.compile(r"\{([a-z-]+\.[a-z-]+)\}")


_LABELS = {
    "delete": "del",
    "escape": "esc",
    "enter": "⏎",
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "at": "@",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "backspace": "⌫",
}


def typed(key: str) -> str | None:
    """The character that a key writes in a text field; None: it writes none."""
    # Textual does not know these by their characters, and would offer them where they are letters.
    return key_to_character(REPLACED_KEYS.get(key, key))


def is_plain(key: str) -> bool:
    """Whether a key is one that somebody presses to see what it does: a character, or a function key."""
    character = typed(key)
    return key in _FUNCTIONS if character is None else character.isprintable()


_FUNCTIONS = frozenset(f"f{number}" for number in range(1, 13))


def grouped(actions: Iterable[Action]) -> dict[str, list[Action]]:
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return groups


def document() -> str:
    """docs/keys.md."""
    lines = [
        "# Keys",
        "",
        "Generated by `python -m msgcenter_tui.tui.keys`; a test holds it current. Where a text field has the focus,",
        "letters are text; `esc` leaves the field and keeps the draft.",
        "",
        "Every key can be changed in the configuration, by the id of what it does, several separated by commas:",
        "",
        "    [ui.keymap]",
        '    "thread.search" = "s,slash"',
        "",
        "A key is a character (`R`, `?`) or a name (`f5`, `enter`, `escape`, `space`, `delete`, `pagedown`, `comma`),",
        "with `alt+`, `ctrl+`, `shift+` before it in this order. `msgcenter doctor` says which line of yours is wrong.",
    ]
    for group, actions in grouped(ACTIONS).items():
        lines += ["", f"## {group}", "", "| keys | does | id |", "| --- | --- | --- |"]
        for action in actions:
            shown = " ".join(f"`{label(key)}`" for key in action.keys.split(","))
            words = f"{action.words}. {action.help}" if action.help else action.words
            lines.append(f"| {shown} | {words} | `{action.id}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
