"""Who may copy a store into another one (S4). How that is done is the store's affair."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from msgcenter_tui.center import finding, identity
from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import copying, demonstration
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.copying import Copied, Step
from msgcenter_tui.store.engine import place
from msgcenter_tui.store.tx import Tx, act, look


def copy(source: str, target: str, *, who: str | None, heard: Callable[[Step], None] = lambda _: None) -> Copied:
    """Copy the store that `source` names into the new one that `target` names: an administrator's act (S4).

    `who` names the actor in the source (identity.who); `heard` is told how far it is.
    """
    with closing(copying.opened(source)) as store:
        actor = store.run(identity.who, who)
        store.run(_require_all_of_it, actor)
        if not isinstance(place(target), Path):
            store.run(_require_real_people)
        copying.require_empty(target)
        store.run(_note_copy, actor)
        return copying.copy(store, target, actor, heard)


@look
def _require_all_of_it(tx: Tx, actor: Actor) -> None:
    finding.require_all_of_it(tx, actor)


@act
def _note_copy(tx: Tx, actor: Actor) -> None:
    finding.require_all_of_it(tx, actor)
    record(tx, actor, "store.copy", "")


@look
def _require_real_people(tx: Tx) -> None:
    if demonstration.is_marked(tx):
        why = "on a server nothing would keep its mail from leaving"
        raise Refused("nothing was copied: this is the demonstration", why, "copy it into a file, or copy a real store")
