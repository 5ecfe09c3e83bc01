"""Text templates: a person's own and those of their teams, checked when they are saved (T1, T2, T4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import sleep
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding, rendering
from msgcenter_tui.center.template_words import look_over
from msgcenter_tui.domain import Actor, PersonId, Piece, Template, TemplateId, WorkspaceId, WorkspaceKind
from msgcenter_tui.errors import BadInput, Conflict, not_found
from msgcenter_tui.rules import fields, ranking
from msgcenter_tui.rules.roles import Deed
from msgcenter_tui.rules.shelf import Shelf, ranked
from msgcenter_tui.store import conversations, library, places
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.text import clean_line, fold, preview

_BEGINNING = 60
"""Letters at the beginning of a text sent before that stand for its name."""
_BREATH = 50
"""Templates after which a reader that folds thousands lets others run: about a millisecond."""


# -- writing ----------------------------------------------------------------------------------------------------------


@act
def add(
    tx: Tx, actor: Actor, name: str, body: str, *, shortcut: str = "", subject: str = "", team: str | None = None
) -> Template:
    """Add a template of one's own, or of a team, given by its id, by one of its Owners (T1, S4).

    Raises BadInput, with line and column, for a field that does not exist (T4); Conflict where its owner has one of
    this name or shortcut.
    """
    person, owner = owner_of(tx, actor, team)
    words = _checked(name, body, shortcut, subject)
    _refuse_taken(words, library.same_name_or_shortcut(tx, person, owner, words["name"], words["shortcut"]))
    template = library.add_template(tx, person, owner, words)
    given = [field for field, value in words.items() if value]
    record(tx, actor, "template.add", template, *given, *([] if owner is None else [f"team={owner}"]))
    return _template(_visible(tx, actor, template))


@act
def edit(
    tx: Tx,
    actor: Actor,
    id: str,
    *,
    name: str | None = None,
    body: str | None = None,
    shortcut: str | None = None,
    subject: str | None = None,
) -> Template:
    """Change what is given of a template, named by id or name; an empty shortcut or subject takes it away (T1)."""
    row = _editable(tx, actor, id)
    words = _checked(
        row.name if name is None else name,
        row.body if body is None else body,
        row.shortcut if shortcut is None else shortcut,
        row.subject if subject is None else subject,
    )
    same = library.same_name_or_shortcut(tx, row.person_id, row.workspace_id, words["name"], words["shortcut"])
    _refuse_taken(words, [one for one in same if one.id != row.id])
    changed = [field for field, value in words.items() if value != getattr(row, field)]
    if changed:
        library.change_template(tx, TemplateId(row.id), words)
        record(tx, actor, "template.edit", row.id, *changed)
    return _template(_visible(tx, actor, row.id))


@act
def remove(tx: Tx, actor: Actor, id: str) -> None:
    """Remove a template, named by id or name (T1)."""
    row = _editable(tx, actor, id)
    library.remove_template(tx, TemplateId(row.id))
    record(tx, actor, "template.remove", row.id)


def owner_of(tx: Tx, actor: Actor, team: str | None) -> tuple[PersonId | None, WorkspaceId | None]:
    """Whose a new template is, the actor's or the team's; raises where they may not write it (T1, S4)."""
    finding.require_staff(tx, actor)
    if team is None:
        return actor.person, None
    finding.require(tx, actor, team, Deed.TEAM_TEMPLATES)
    workspace = places.workspace_of(tx, actor.person, team)
    if workspace is None or workspace.kind is WorkspaceKind.PERSONAL:
        raise BadInput("a template belongs to a person or to a team", "", "leave the team out for one of your own")
    return None, WorkspaceId(team)


def _checked(name: str, body: str, shortcut: str, subject: str) -> dict[str, str]:
    words, wrong = look_over(name, shortcut, subject, body)
    if wrong:
        raise wrong[0].error
    return words._asdict()


def _refuse_taken(words: dict[str, str], others: Sequence[Row[Any]]) -> None:
    for other in others:
        what = "name" if other.name_key == fold(words["name"]) else "shortcut"
        raise Conflict(
            f"the {what} {words[what]!r} is taken", f"the template {other.name!r} ({other.id}) has it", "choose another"
        )


def _editable(tx: Tx, actor: Actor, id: str) -> Row[Any]:
    """A template that the actor may change; of a team's, refused to whoever is no Owner there (S4)."""
    row = _visible(tx, actor, id)
    library.lock_template(tx, row.id)
    row = _visible(tx, actor, row.id)
    if not row.editable:
        finding.require(tx, actor, row.workspace_id, Deed.TEAM_TEMPLATES)
    return row


# -- looking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A template as the picker lists it: without its text."""

    id: TemplateId
    name: str
    shortcut: str


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A text that the actor sent recently (M6); the newest is number 0."""

    number: int
    body: str


@look
def list_templates(tx: Tx, actor: Actor, search: str = "") -> tuple[Template, ...]:
    """The actor's own and their teams' templates that answer the search, the best first (T2).

    Those that answer alike, by how often and how recently the actor used them; all of them by name.
    """
    finding.require_staff(tx, actor)
    rows = library.templates_of(tx, actor.person)
    if not ranking.sought(search).whole:
        return tuple(_template(row) for row in rows)
    weights = {row.id: _weight(tx, row) for row in library.names_of(tx, actor.person)}
    rows = sorted(rows, key=lambda row: -weights[row.id])
    found = ranked(((ranking.entry(row.name, row.shortcut, f"{row.subject} {row.body}"), row) for row in rows), search)
    return tuple(_template(row) for row in found)


@look
def shelf(tx: Tx, actor: Actor) -> Shelf[Listed | SentBefore]:
    """All that the actor may use, by name, to be searched in memory as one types (T2).

    To be kept as long as `shelf_changed` says the same, and to be `arranged` for the use at hand.
    """
    finding.require_staff(tx, actor)
    things: list[tuple[ranking.Entry, Listed | SentBefore]] = []
    for number, row in enumerate(library.texts_of(tx, actor.person)):
        if not number % _BREATH:
            sleep(0)  # hands the interpreter to the screen, which draws and takes keys meanwhile
        things.append((ranking.entry(row.name, row.shortcut, f"{row.subject} {row.body}"), _listed(row)))
    return Shelf(things).prepare()


@look
def shelf_changed(tx: Tx, actor: Actor) -> object:
    """A cheap token: it differs after anybody changed what stands on the actor's shelf."""
    finding.require_staff(tx, actor)
    return actor.person, library.last_change(tx, actor.person)


@look
def arranged(tx: Tx, actor: Actor, shelf: Shelf[Listed | SentBefore], *, sent: int = 0) -> Shelf[Listed | SentBefore]:
    """The shelf as it is to stand now: what the actor uses most first (T2).

    Behind it stand the newest `sent` texts of theirs (M6), which answer by how they begin and by what they say.
    """
    finding.require_staff(tx, actor)
    most_used = _most_used_first(tx, library.names_of(tx, actor.person, only_used=True))
    bodies = enumerate(conversations.recent_bodies(tx, actor.person, sent))
    return shelf.arranged(
        first=map(_listed, most_used),
        behind=[(ranking.entry(preview(body, _BEGINNING), "", body), SentBefore(n, body)) for n, body in bodies],
    )


@look
def offered(tx: Tx, actor: Actor, typed: str, limit: int = 8) -> tuple[Template, ...]:
    """What `/` and these letters may stand for, at most `limit`, the best first (T2).

    A shortcut that is typed whole, then those that begin so, then names, by the ranking of the picker without what
    templates say; those that answer alike by how often and how recently the actor used them, and so all of them
    where nothing is typed yet.
    """
    finding.require_staff(tx, actor)
    rows = _most_used_first(tx, library.names_of(tx, actor.person))
    wanted = ranking.sought(typed).whole
    found = ranked(((ranking.entry(row.name, row.shortcut), row) for row in rows), typed)
    if wanted:
        found.sort(key=lambda row: (row.shortcut != wanted, not row.shortcut.startswith(wanted)))
    best = [TemplateId(row.id) for row in found[:limit]]
    by_id = library.templates_by_id(tx, actor.person, best)
    return tuple(_template(by_id[one]) for one in best)


@act
def used(tx: Tx, actor: Actor, id: str) -> None:
    """Remember that the actor inserted this template: what they use stands first (T2). Not audited, like reading.

    Of one that is not there, or not theirs to use, nothing is remembered and nothing is said.
    """
    row = None if actor.is_client else library.template_by_id(tx, actor.person, id)
    if row is not None and library.lock_template(tx, row.id, shared=True):
        library.count_use(tx, actor.person, TemplateId(row.id))


def _listed(row: Row[Any]) -> Listed:
    return Listed(TemplateId(row.id), row.name, row.shortcut)


def _most_used_first(tx: Tx, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return sorted(rows, key=lambda row: -_weight(tx, row))


def _weight(tx: Tx, row: Row[Any]) -> float:
    """How often and how recently the actor used it."""
    return ranking.frecency(row.times, (tx.now - row.last_at) / timedelta(days=1)) if row.times else 0.0


@look
def get(tx: Tx, actor: Actor, id_or_name: str) -> Template:
    """A template that the actor may use, by id, name or shortcut; one of several of a name is not guessed (S5)."""
    return _template(_visible(tx, actor, id_or_name))


@look
def render(tx: Tx, actor: Actor, id_or_name: str, client: str) -> tuple[Piece, ...]:
    """The template's text as the actor's message would reach this client: fields filled, blanks still open (T5, T7).

    A field that has neither value nor fallback for this client stays a field, shown by its name.
    """
    template = _visible(tx, actor, id_or_name)
    row = finding.the_client(tx, actor, client)
    facts = rendering.facts_for(tx, actor, template.body, row.workspace_name) or {}
    return fields.pieces(template.body, {**facts, **fields.client_values(row.name, row.email, row.phone)})


def _visible(tx: Tx, actor: Actor, id_or_name: str) -> Row[Any]:
    rows = []
    if not actor.is_client:
        row = library.template_by_id(tx, actor.person, id_or_name)
        rows = [row] if row is not None else list(library.templates_named(tx, actor.person, clean_line(id_or_name)))
    if not rows:
        raise not_found("template", id_or_name)
    if len(rows) > 1:
        raise finding.ambiguous(id_or_name, [f"{row.name}, {_whose(row)} ({row.id})" for row in rows])
    return rows[0]


def _whose(row: Row[Any]) -> str:
    return "yours" if row.team_name is None else f"of {row.team_name}"


def _template(row: Row[Any]) -> Template:
    return Template(
        id=TemplateId(row.id),
        name=row.name,
        shortcut=row.shortcut,
        subject=row.subject,
        body=row.body,
        team=row.workspace_id and WorkspaceId(row.workspace_id),
        team_name=row.team_name,
        editable=bool(row.editable),
    )
