"""Export and import from the templates' room: asked for a path, shown before it is done (T1)."""

from __future__ import annotations

from pathlib import Path

from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice

from msgcenter_tui.center import templates
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.template_picker import TemplatePicker
from msgcenter_tui.tui.screens.templates import Templates


async def arrive(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, Templates) and driven.screen.templates.rows)
    await driven.still()


async def fill_in(driven: Driven, key: str, field: str, value: Path) -> None:
    await driven.press(key)
    await driven.until(lambda: isinstance(driven.screen, FormDialog) and driven.screen.query(f"#field-{field}"))
    driven.screen.query_one(f"#field-{field}").value = str(value)
    await driven.press("ctrl+s")


async def test_what_is_shown_is_exported_after_a_look(practice: Practice, run: Run, tmp_path: Path) -> None:  # T1
    folder = tmp_path / "set"
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        many = len(driven.screen.templates.rows)
        await fill_in(driven, "x", "folder", folder)
        await driven.until(lambda: f"Write {many} templates to" in driven.text and "holiday-closing.md" in driven.text)
        assert not folder.exists()
        await driven.press("y")
        await driven.until(lambda: any(f"{many} files written" in toast for toast in driven.toasts))
        assert len(list(folder.glob("*.md"))) == many
        await driven.press("x")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        driven.screen.query_one("#field-folder").value = str(folder)
        await driven.press("ctrl+s")
        await driven.until(lambda: any("has them already" in toast for toast in driven.toasts))


async def test_overwriting_is_said_and_asked(practice: Practice, run: Run, tmp_path: Path) -> None:  # S1
    (tmp_path / "office-address.md").write_text("mine")
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await driven.press("slash")
        await driven.type("harbour")
        await driven.until(lambda: len(driven.screen.templates.rows) == 1)
        await driven.press("enter")
        await fill_in(driven, "x", "folder", tmp_path)
        await driven.until(lambda: "1 file with other words would be overwritten" in driven.text)
        await driven.press("n")
        assert (tmp_path / "office-address.md").read_text() == "mine"
        await fill_in(driven, "x", "folder", tmp_path)
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.press("y")
        await driven.until(lambda: any("1 file written" in toast for toast in driven.toasts))
        assert "12 Harbour Lane" in (tmp_path / "office-address.md").read_text()


def unwrapped(driven: Driven) -> str:
    """What stands in a dialog, on one line: where a path is wrapped depends on where the tests run."""
    return " ".join(line.partition("│")[2].partition("│")[0].strip() for line in driven.text.splitlines())


async def test_an_import_is_shown_with_what_is_wrong_before_it_is_done(
    practice: Practice, run: Run, tmp_path: Path
) -> None:  # T1, T4
    (tmp_path / "a.md").write_text("---\nname: Snow day\n---\nWe stay at home.\n")
    (tmp_path / "b.md").write_text("---\nname: Bad\n---\nDear {{ client.frist_name }}\n")
    async with run(practice.actor, start="templates") as driven:
        await arrive(driven)
        await fill_in(driven, "o", "path", tmp_path)
        await driven.until(lambda: "Import 1 template?" in driven.text)
        assert "1 new · 1 rejected" in driven.text
        await driven.until(lambda: "line 4, column 6" in unwrapped(driven) and "client.first_name" in driven.text)
        assert "Snow day" in driven.text
        found = practice.world.run(templates.list_templates, practice.actor)
        assert "Snow day" not in [one.name for one in found]
        await driven.press("y")
        await driven.until(lambda: "Snow day" in [row.name for row in driven.screen.templates.rows])
        await fill_in(driven, "o", "path", tmp_path)
        await driven.until(lambda: "Nothing to import" in driven.text and "line 4, column 6" in unwrapped(driven))
        await driven.press("escape")
        await fill_in(driven, "o", "path", tmp_path / "nowhere.md")
        await driven.until(lambda: "no such file" in driven.text)
        assert isinstance(driven.screen, FormDialog)  # S1


# -- the picker -------------------------------------------------------------------------------------------------------


async def open_picker(driven: Driven) -> None:
    await driven.until(lambda: driven.screen.thread_id)
    await driven.press("r", "ctrl+t")
    await driven.until(lambda: isinstance(driven.screen, TemplatePicker) and driven.screen.rows.rows)


def names(driven: Driven) -> list[str]:
    return [getattr(row, "name", "") for row in driven.screen.rows.rows]


async def test_what_was_inserted_stands_first_the_next_time(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await open_picker(driven)
        last = [name for name in names(driven) if name][-1]
        assert names(driven)[0] != last
        await driven.type(last.lower())
        await driven.press("enter")
        await driven.until(lambda: driven.screen.pane.composer.text)
        await driven.press("ctrl+t")
        await driven.until(lambda: isinstance(driven.screen, TemplatePicker) and names(driven)[:1] == [last])


async def test_that_a_use_is_not_remembered_is_nobodys_matter(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await open_picker(driven)
        asked = driven.front.run

        async def refusing(act, *args, **kwargs):  # type: ignore[no-untyped-def]
            if act is templates.used:
                raise StoreUnavailable("the store is busy")
            return await asked(act, *args, **kwargs)

        driven.front.run = refusing  # type: ignore[method-assign]
        await driven.press("enter")
        await driven.until(lambda: driven.screen.pane.composer.text)
        await driven.still()
        assert driven.toasts == []


async def test_letters_that_were_found_are_underlined(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await open_picker(driven)
        await driven.type("hocl")
        picker = driven.screen.rows
        await driven.until(lambda: names(driven)[0] == "Holiday closing")
        segments = list(picker.render_line(0))
        assert "".join(one.text for one in segments if one.style and one.style.underline) == "Hocl"
        assert all(one.style.bold for one in segments if one.style and one.style.underline)


async def test_a_typing_error_is_forgiven_and_nothing_is_said_to_fit_else(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await open_picker(driven)
        await driven.type("paymnet")
        assert names(driven) == ["Payment received"]
        await driven.type("zzz")
        await driven.until(lambda: "Nothing fits." in driven.text)
        await driven.press("enter")
        assert isinstance(driven.screen, TemplatePicker)


async def test_what_others_change_meanwhile_is_there(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await open_picker(driven)
        await driven.type("snow")
        assert names(driven) == []
        practice.world.run(templates.add, practice.actor, "Snow day", "We stay at home")
        await driven.until(lambda: names(driven) == ["Snow day"])
        await driven.until(lambda: "We stay at home" in driven.text)


async def test_what_is_typed_before_the_list_is_there_counts(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id)
        await driven.press("r")
        await driven.pilot.press("ctrl+t", *"addr", "enter")
        await driven.until(lambda: "Harbour Lane" in driven.screen.pane.composer.text)
