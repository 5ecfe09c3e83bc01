"""What is for staff alone: to a client, who acts in their portal, none of it says or changes anything (S4, V5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.center.practice import Practice

from msgcenter_tui.center import (
    audience,
    clients,
    comparing,
    deliveries,
    passphrases,
    previews,
    staff,
    teams,
    templates,
)
from msgcenter_tui.domain import Actor, DeliveryState, Recipients, ThreadId, ThreadKind, Unsent
from msgcenter_tui.errors import NotFound, Refused

Deed = Callable[[Practice, Actor, ThreadId], Any]


def written_to(practice: Practice) -> dict[str, Any]:
    return {"recipients": Recipients(ThreadKind.DIRECT, (practice.maya.id,)), "workspace": practice.team.id}


DEEDS: dict[str, Deed] = {
    "the staff": lambda p, who, _: p.store.run(staff.list_staff, who),
    "workspaces": lambda p, who, _: p.store.run(teams.workspaces, who),
    "workspaces with their numbers": lambda p, who, _: p.store.run(teams.counted_workspaces, who),
    "a workspace by name": lambda p, who, _: p.store.run(teams.find_workspace, who, p.team.name),
    "the members of a team": lambda p, who, _: p.store.run(teams.members, who, p.team.id),
    "the country of a team": lambda p, who, _: p.store.run(teams.region, who, p.team.id),
    "clients": lambda p, who, _: p.store.run(clients.list_clients, who),
    "a client's history": lambda p, who, _: p.store.run(clients.history, who, who.person),
    "templates": lambda p, who, _: p.store.run(templates.list_templates, who),
    "templates by a shortcut": lambda p, who, _: p.store.run(templates.offered, who, ""),
    "whether a template was changed": lambda p, who, _: p.store.run(templates.shelf_changed, who),
    "the deliveries": lambda p, who, _: p.store.run(deliveries.list_deliveries, who),
    "the figures of the ledger": lambda p, who, _: p.store.run(deliveries.status, who, everything=True),
    "what servers said": lambda p, who, _: p.store.run(deliveries.reasons, who, everything=True),
    "how far a send is": lambda p, who, thread: p.store.run(deliveries.progress, who, thread),
    "how many could be decided about": lambda p, who, _: p.store.run(deliveries.how_many, who, DeliveryState.WAITING),
    "a retry": lambda p, who, thread: p.store.run(deliveries.retry, who, thread=thread),
    "a release": lambda p, who, _: p.store.run(deliveries.release, who, everything=True),
    "who would get it": lambda p, who, _: p.store.run(audience.list_prospects, who, **written_to(p)),
    "how many would get it": lambda p, who, _: p.store.run(audience.prospect_counts, who, **written_to(p)),
    "a preview": lambda p, who, thread: p.store.run(previews.preview, who, Unsent("Hello", thread=thread)),
    "a passphrase": lambda p, who, _: p.store.run(passphrases.keep, who, passphrases.hashed("open the door")),
    "who got the last one": lambda p, who, _: p.store.run(comparing.since_last_broadcast, who, p.team.id),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_a_client_is_refused_it_or_finds_nothing_there(practice: Practice, deed: Deed) -> None:  # S4, V5
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    with pytest.raises((NotFound, Refused)):
        deed(practice, practice.who(ana), thread)
