"""Sharing templates from their room: out to files and in from files, each shown before it is done (T1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from msgcenter_tui.domain import Template, Workspace, WorkspaceKind
from msgcenter_tui.rules.roles import Deed, may
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.reading_matter import ReadingMatter
from msgcenter_tui.tui.screens.room import Room
from msgcenter_tui.tui.widgets.form import Line, Values

if TYPE_CHECKING:
    from msgcenter_tui.center.template_folder import Plan
    from msgcenter_tui.center.template_set import Import, Landed, Source

FOLDER = "~/templates"
MOST = 200
"""So many files of a kind are told by name before something is done with them."""


class _Where(FormDialog):
    """Asks for a place; what would be done there is shown next."""

    def words_for(self, action: str) -> str | None:
        return "Look" if action == "form.save" else super().words_for(action)


class TemplateSharing(Room):
    """The base of the templates' room: export and import."""

    def __init__(self) -> None:
        super().__init__()
        self.unsaved: dict[str, Values] = {}
        """What was typed in forms that were left."""

    @property
    def shown(self) -> Sequence[Template]:
        raise NotImplementedError

    @property
    def chosen(self) -> Template | None:
        raise NotImplementedError

    async def owned_teams(self) -> list[Workspace]:
        """The teams whose templates the actor writes (S4)."""
        workspaces = await self.perform(acts.teams.workspaces, self.actor)
        return [one for one in workspaces if one.kind is WorkspaceKind.TEAM and may(one.role, Deed.TEAM_TEMPLATES)]

    # -- out -----------------------------------------------------------------------------------------------------------

    def action_templates_export(self) -> None:
        if not self.shown:
            self.center.warn("There is nothing to export")
        else:
            self.do(self._export())

    async def _export(self) -> None:
        shown, chosen = tuple(self.shown), self.chosen
        options = [("shown", render.counted(len(shown), "template") + (" found" if self.searched else ""))]
        if chosen is not None and len(shown) > 1:
            options.append(("chosen", f"only {chosen.name}"))
        lines = (
            Line("which", "Which", "shown", options=tuple(options)),
            Line(
                "folder",
                "Folder",
                FOLDER,
                hint="one Markdown file each; a folder that is not there is made",
                proposed=True,
            ),
        )
        planned: list[Plan] = []

        async def look(values: Values) -> None:
            wanted = shown if values["which"] == "shown" or chosen is None else (chosen,)
            planned[:] = [await asyncio.to_thread(acts.template_folder.plan, values["folder"].strip() or ".", wanted)]

        title = render.line("Export templates", "bold")
        if not await self.app.push_screen_wait(_Where(title, lines, look, kept=self.unsaved, name="export")):
            return
        plan = planned[0]
        if not plan.new and not plan.other:
            self.center.say(f"{plan.folder} has them already, with these very words")
            return
        if await self.app.push_screen_wait(_may_write(plan)):
            await asyncio.to_thread(acts.template_folder.put, plan, force=True)
            written = render.counted(len(plan.new) + len(plan.other), "file")
            self.center.say(f"{written} written to {render.plain(str(plan.folder))}")

    # -- in ------------------------------------------------------------------------------------------------------------

    def action_templates_import(self) -> None:
        self.do(self._import())

    async def _import(self) -> None:
        teams = await self.owned_teams()
        owners = (("", "yours alone"), *((team.id, f"{team.name}: every member uses them") for team in teams))
        lines = (
            Line("path", "From", FOLDER, hint="a Markdown file, or a folder of them", proposed=True),
            Line("team", "For", "", options=owners),
        )
        looked: list[tuple[tuple[Source, ...], Import, str | None]] = []

        async def look(values: Values) -> None:
            sources = await asyncio.to_thread(acts.template_folder.gather, [values["path"].strip() or "."])
            team = values["team"] or None
            report = await self.perform(
                acts.template_set.import_templates, self.actor, sources, team=team, dry_run=True
            )
            looked[:] = [(sources, report, team)]

        title = render.line("Import templates", "bold")
        if not await self.app.push_screen_wait(_Where(title, lines, look, kept=self.unsaved, name="import")):
            return
        sources, report, team = looked[0]
        if not report.added and not report.updated:
            await self.app.push_screen_wait(ReadingMatter("Nothing to import", _told(report)))
        elif await self.app.push_screen_wait(_may_import(report)):
            done = await self.perform(acts.template_set.import_templates, self.actor, sources, team=team)
            self.center.say(f"{render.number(len(done.added))} added, {render.number(len(done.updated))} updated")
            self.reread_soon()


def _may_write(plan: Plan) -> Confirm:
    overwritten = f"{render.counted(len(plan.other), 'file')} with other words would be overwritten"
    facts = [f"{render.number(len(plan.new))} new"] if plan.new else []
    facts += [overwritten] if plan.other else []
    facts += [f"{render.number(len(plan.same))} there already, with these very words"] if plan.same else []
    about = _named("Overwritten", "$warning", plan.other) + _named("New", "$success", plan.new)
    question = f"Write {render.counted(len(plan.new) + len(plan.other), 'template')} to {plan.folder}?"
    return Confirm(question, " · ".join(facts), yes="Overwrite" if plan.other else "Write", about=_lines(about))


def _may_import(report: Import) -> Confirm:
    question = f"Import {render.counted(len(report.added) + len(report.updated), 'template')}?"
    return Confirm(question, _figures(report), yes="Import", about=_told(report))


def _figures(report: Import) -> str:
    files = len({one.file for one in report.rejected})
    facts = (
        (len(report.added), "new"),
        (len(report.updated), "updated"),
        (len(report.unchanged), "there already, as they are"),
        (files, "rejected"),
    )
    return " · ".join(f"{render.number(many)} {what}" for many, what in facts if many)


def _told(report: Import) -> Content:
    """What is wrong first: it is what somebody has to do something about."""
    lines = []
    if report.rejected:
        lines.append(Content.styled("Rejected", "bold $error"))
        for one in report.rejected[:MOST]:
            place = Content.styled(f", line {one.line}, column {one.column}", "$error")
            lines += [Content.assemble("✗ ", render.line(one.file), place), render.line(f"  {one.why}", "$muted")]
        lines += _rest(len(report.rejected))
    lines += _named("New", "$success", [_landed(one) for one in report.added])
    lines += _named("Updated", "$warning", [_landed(one) for one in report.updated])
    if not report.added and not report.updated and report.unchanged:
        lines += _named("There already, as they are", "$muted", [_landed(one) for one in report.unchanged])
    return _lines(lines)


def _landed(one: Landed) -> str:
    return f"{one.name}  ({one.file})"


def _named(title: str, style: str, names: Sequence[str]) -> list[Content]:
    if not names:
        return []
    shown = [Content.assemble("  ", render.line(name)) for name in names[:MOST]]
    return [Content.styled(title, f"bold {style}"), *shown, *_rest(len(names))]


def _rest(many: int) -> list[Content]:
    return [Content.styled(f"  and {render.number(many - MOST)} more", "$muted")] if many > MOST else []


def _lines(lines: Sequence[Content]) -> Content:
    return Content("\n").join(lines)
