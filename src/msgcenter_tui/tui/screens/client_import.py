"""A list of clients from a spreadsheet, brought in from their room: shown with all that is wrong before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from msgcenter_tui.domain import CountedWorkspace, WorkspaceId
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.screens import client_forms
from msgcenter_tui.tui.screens.at_work import Working, followed
from msgcenter_tui.tui.screens.client_acts import ClientActs
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.reading_matter import ReadingMatter
from msgcenter_tui.tui.widgets.form import Values

if TYPE_CHECKING:
    from msgcenter_tui.center.client_rows import ClientList
    from msgcenter_tui.center.importing import Change, ImportReport
    from msgcenter_tui.center.spreadsheet import Finding

MOST = 200
"""So many rows are told of before the list is brought in; `msgcenter clients import --dry-run` tells of all."""

NOTHING_IMPORTED = "nothing was imported"


class _File(NamedTuple):
    """A list that was read, and the workspace that it is for."""

    name: str
    listed: ClientList
    into: WorkspaceId


class _Where(FormDialog):
    """Asks for a file; what is in it is shown next."""

    def words_for(self, action: str) -> str | None:
        return "Look" if action == "form.save" else super().words_for(action)


class ClientImport(ClientActs):
    """The base of the clients' room: bringing in a list."""

    @property
    def shown_workspace(self) -> WorkspaceId | None:
        raise NotImplementedError

    def action_clients_import(self) -> None:
        if self.workspaces:
            self.do(self._import())

    async def _import(self) -> None:
        counted = await self.perform(acts.teams.counted_workspaces, self.actor)
        looked: list[tuple[_File, ImportReport]] = []

        async def look(values: Values) -> None:
            path, working = values["path"].strip(), Working(NOTHING_IMPORTED)
            name, into = PurePath(path).name, WorkspaceId(values["workspace"])
            looked[:] = [await followed(self, f"Looking at {name}", working, self._looked(path, name, into, working))]

        title, lines = render.line("Import clients", "bold"), client_forms.importing(counted, self.shown_workspace)
        if not await self.app.push_screen_wait(_Where(title, lines, look, kept=self._unsaved, name="import")):
            return
        file, report = looked[0]
        if not report.added and not report.updated:
            await self.app.push_screen_wait(ReadingMatter("Nothing to import", _nothing(report)))
        elif await self.app.push_screen_wait(_may_import(report, _named(counted, file.into))):
            working = Working(NOTHING_IMPORTED)
            done = await followed(self, f"Importing {file.name}", working, self._brought_in(file, working))
            self.center.say(f"Imported: {_figures(done)}")
            self.reread_soon()

    async def _looked(self, path: str, name: str, into: WorkspaceId, working: Working) -> tuple[_File, ImportReport]:
        file = _File(name, await asyncio.to_thread(acts.importing.listed_in, path, working.told), into)
        return file, await self._brought_in(file, working, dry_run=True)

    async def _brought_in(self, file: _File, working: Working, *, dry_run: bool = False) -> ImportReport:
        return await self.perform(
            acts.importing.import_clients,
            self.actor,
            file.into,
            file.listed,
            source=file.name,
            dry_run=dry_run,
            told=working.told,
        )


def _named(workspaces: Sequence[CountedWorkspace], id: str) -> str:
    return next(render.workspace_name(one) for one in workspaces if one.id == id)


def _may_import(report: ImportReport, into: str) -> Confirm:
    question = f"Import {render.counted(report.added + report.updated, 'client')} into {into}?"
    return Confirm(question, _figures(report), yes="Import", about=_told(report) or None)


def _figures(report: ImportReport) -> str:
    facts = (
        (report.added, "new"),
        (report.updated, "updated"),
        (report.unchanged, "there already, as they are"),
        (len(report.rejected), "rejected"),
    )
    return " · ".join(f"{render.number(many)} {what}" for many, what in facts if many)


def _nothing(report: ImportReport) -> Content:
    figures = render.line(_figures(report) or "There is no client in it.")
    return Content("\n\n").join(filter(None, (figures, _told(report))))


def _told(report: ImportReport) -> Content:
    """What is wrong first: it is what somebody has to do something about."""
    rejected = [_finding(one, "$error") for one in report.rejected[:MOST]]
    changed = [_change(one) for one in report.changes[:MOST]]
    to_know = [_finding(one, "$warning") for one in report.warnings[:MOST]]
    lists = (
        _list("Rejected", "$error", rejected, len(report.rejected)),
        _list("Updated", "$success", changed, report.updated),
        _list("To know", "$warning", to_know, len(report.warnings)),
    )
    return Content("\n\n").join(filter(None, lists))


def _list(title: str, style: str, shown: Sequence[Content], many: int) -> Content:
    if not shown:
        return Content()
    rest = many - len(shown)
    more = [Content.styled(f"and {render.number(rest)} more", "$muted")] if rest > 0 else []
    return Content("\n").join([Content.styled(title, f"bold {style}"), *shown, *more])


def _finding(one: Finding, style: str) -> Content:
    place = f"line {one.line}" + (f", {one.column}" if one.column else "")
    return Content.assemble(render.line(place, style), "  ", render.line(one.why))


def _change(one: Change) -> Content:
    return Content.assemble((f"line {one.line}", "$success"), "  ", render.line(f"{one.name}: {', '.join(one.fields)}"))
