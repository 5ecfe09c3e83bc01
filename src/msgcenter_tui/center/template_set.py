"""Sharing templates: which ones go out as files, and what becomes of those that come in (T1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgcenter_tui.center import finding, template_files, templates
from msgcenter_tui.center.template_files import TemplateFile
from msgcenter_tui.domain import Actor, PersonId, Template, WorkspaceId
from msgcenter_tui.errors import BadInput, Refused, not_found
from msgcenter_tui.store import library
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.text import fold


class Source(NamedTuple):
    """A file that was read: as it is called to people, and its bytes."""

    file: str
    data: bytes


class Landed(NamedTuple):
    """A file that came in, or would, and the name of its template."""

    file: str
    name: str


class Rejected(NamedTuple):
    """Something that keeps a file out: where in it, from 1, and why."""

    file: str
    line: int
    column: int
    why: str


@dataclass(frozen=True, slots=True)
class Import:
    """What an import of templates did, or would do, in the order of the files."""

    added: tuple[Landed, ...]
    updated: tuple[Landed, ...]
    unchanged: tuple[Landed, ...]
    rejected: tuple[Rejected, ...]


@act
def import_templates(
    tx: Tx, actor: Actor, sources: Sequence[Source], *, team: str | None = None, dry_run: bool = False
) -> Import:
    """Add the templates of these files to the actor's own, or to a team's by one of its Owners (T1, S4).

    One that is there by its name is updated to what the file says. All good ones come in together; of every other
    all that is wrong is told (T4). A dry run does everything, and takes it back.
    """
    person, owner = templates.owner_of(tx, actor, team)
    work = _Import(tx, actor, person, owner)
    with tx.attempt(keep=not dry_run):
        for source in sources:
            found, faults = template_files.read(source.data)
            work.rejected += [Rejected(source.file, *fault) for fault in faults]
            if found is not None:
                work.take(source.file, found)
    return Import(tuple(work.added), tuple(work.updated), tuple(work.unchanged), tuple(work.rejected))


@look
def to_export(tx: Tx, actor: Actor, named: Sequence[str] = (), *, team: str | None = None) -> tuple[Template, ...]:
    """The templates to be written to files: those named (by id, name or shortcut), else all that the actor may use.

    With `team`, an id, only that team's. Of several of a name none is guessed (S5).
    """
    usable = [one for one in templates.list_templates(tx, actor) if team is None or one.team == team]
    if not named:
        return tuple(usable)
    chosen = dict.fromkeys(_named(usable, one) for one in named)
    return tuple(chosen)


def _named(usable: Sequence[Template], name: str) -> Template:
    key = fold(name)
    found = [one for one in usable if one.id == name] or [one for one in usable if fold(one.name) == key]
    found = found or [one for one in usable if one.shortcut and one.shortcut == key.removeprefix("/")]
    if not found:
        raise not_found("template", name)
    if len(found) > 1:
        raise finding.ambiguous(name, [f"{one.name}, {one.team_name or 'yours'} ({one.id})" for one in found])
    return found[0]


class _Import:
    """One import at work: takes file after file, and notes what becomes of each."""

    def __init__(self, tx: Tx, actor: Actor, person: PersonId | None, team: WorkspaceId | None) -> None:
        self.tx = tx
        self.actor = actor
        self.person = person
        self.team = team
        self.added: list[Landed] = []
        self.updated: list[Landed] = []
        self.unchanged: list[Landed] = []
        self.rejected: list[Rejected] = []
        self._files: dict[str, str] = {}
        """Which file brought a name."""

    def take(self, file: str, found: TemplateFile) -> None:
        """Add or update the template of this file, or reject it."""
        words, key = found.words, fold(found.words.name)
        same = library.same_name_or_shortcut(self.tx, self.person, self.team, words.name, words.shortcut)
        known = next((row for row in same if row.name_key == key), None)
        holder = next((row for row in same if row.name_key != key), None)
        if key in self._files:
            self._reject(file, found, "name", f"{self._files[key]} is of this name, too; keep one of the two")
        elif holder is not None:
            why = f"the template {holder.name!r} ({holder.id}) has the shortcut {words.shortcut!r}; choose another"
            self._reject(file, found, "shortcut", why)
        else:
            try:
                done = self._write(known.id if known else None, found)
            except (BadInput, Refused) as error:
                self._reject(file, found, "name", str(error))
            else:
                self._files[key] = file
                done.append(Landed(file, words.name))

    def _write(self, known: str | None, found: TemplateFile) -> list[Landed]:
        if known is None:
            templates.add(self.tx, self.actor, **found.words._asdict(), team=self.team)
            return self.added
        before = templates.get(self.tx, self.actor, known)
        if (before.name, before.shortcut, before.subject, before.body) == found.words:
            return self.unchanged
        templates.edit(self.tx, self.actor, known, **found.words._asdict())
        return self.updated

    def _reject(self, file: str, found: TemplateFile, key: str, why: str) -> None:
        self.rejected.append(Rejected(file, *found.places[key], why))
