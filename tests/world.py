"""A small practice for tests: people and places in a store, made by the center's own acts, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from msgcenter_tui.domain import Actor, Client, PersonKind, Role, Staff, Status, Workspace, WorkspaceId

if TYPE_CHECKING:
    from tests.conftest import Clock

    from msgcenter_tui.store.store import Store
    from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")


class World:
    """Builds in one store. What it makes is returned frozen, as the center gave it.

    maya = world.staff("Maya")
    team = world.team("Bright Beginnings", owner=maya)
    ana = world.client("Ana", team, portal=True)
    world.run(threads.list_threads, world.actor(maya))
    world.run(threads.list_threads, world.portal(ana))
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.administrator: Staff | None = None
        self._owners: dict[WorkspaceId, Staff] = {}

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self.store.run(act, *args, **kwargs)

    def staff(self, name: str, email: str | None = None) -> Staff:
        """A member of staff; the first is the administrator, who adds the others."""
        from msgcenter_tui.center import staff

        by = self.actor(self.administrator) if self.administrator else None
        added = self.run(staff.add, by, name, email or _address(name, "practice.example"))
        self.administrator = self.administrator or added
        self._owners[self.personal(added).id] = added
        return added

    def team(self, name: str, owner: Staff | None = None, **members: Staff) -> Workspace:
        """A team as its owner sees it. `contributor=lee, participant=kim` adds members; `owner` None: a new one."""
        from msgcenter_tui.center import teams

        owner = owner or self.staff(f"Owner of {name}")
        assert self.administrator is not None
        added = self.run(teams.add, self.actor(self.administrator), name, owner.id)
        self._owners[added.id] = owner
        for role, person in members.items():
            self.member(added, person, Role(role))
        return self.run(teams.find_workspace, self.actor(owner), added.id)

    def member(self, team: Workspace, person: Staff, role: Role = Role.CONTRIBUTOR) -> None:
        """Put somebody into a team, or give them another role there."""
        from msgcenter_tui.center import teams

        self.run(teams.set_member, self.actor(self.owner(team)), team.id, person.id, role)

    def personal(self, person: Staff) -> Workspace:
        """Somebody's personal workspace."""
        from msgcenter_tui.center import teams

        return self.run(teams.find_workspace, self.actor(person), "personal")

    def client(self, name: str, workspace: Workspace, status: Status | str = Status.ACTIVE, **more: Any) -> Client:
        """A client, added by the workspace's owner; `more` as of clients.add. An address is made up where none is
        given; `email=None`: without one.
        """
        from msgcenter_tui.center import clients

        more.setdefault("email", _address(name, "mail.example"))
        return self.run(
            clients.add, self.actor(self.owner(workspace)), name, workspace.id, status=Status(status), **more
        )

    def change(self, client: Client, **fields: Any) -> Client:
        """clients.change by the owner of the client's workspace: `world.change(ana, status="inactive")`."""
        from msgcenter_tui.center import clients

        if "status" in fields:
            fields["status"] = Status(fields["status"])
        return self.run(clients.change, self.actor(self._owners[client.workspace]), client.id, **fields)

    def owner(self, workspace: Workspace) -> Staff:
        return self._owners[workspace.id]

    def actor(self, person: Staff | Client) -> Actor:
        """Somebody at work: staff, or a client in their own portal."""
        kind = PersonKind.STAFF if isinstance(person, Staff) else PersonKind.CLIENT
        return Actor(person.id, kind, person.name)

    def portal(self, client: Client) -> Actor:
        """A client in their own portal."""
        return self.actor(client)


def _address(name: str, domain: str) -> str:
    local = "".join(letter if letter.isascii() and letter.isalnum() else "." for letter in name.casefold())
    return f"{local.strip('.') or 'somebody'}@{domain}"
