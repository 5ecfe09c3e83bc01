"""What is drawn fits the terminal: its colours, its letters, and whether anything may move."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.color_triplet import ColorTriplet
from rich.style import Style
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from textual.color import Color
from textual.theme import Theme

from msgcenter_tui.tui import ascii, few_colours, keys, themes
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.few_colours import VGA, XTERM, contrast
from msgcenter_tui.tui.services import Services
from msgcenter_tui.tui.terminal import Colours, Terminal

THEMES = [pytest.param(theme, id=theme.name) for theme in themes.THEMES]
BEHIND = (0, 0, 0)


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Colours.ALL),
        ({"TERM": "xterm-256color"}, Colours.MANY),
        ({"TERM": "screen-256color"}, Colours.MANY),
        ({"TERM": "xterm"}, Colours.SIXTEEN),
        ({"TERM": "linux"}, Colours.SIXTEEN),
        ({"TERM": "screen"}, Colours.SIXTEEN),
        ({"TERM": "tmux"}, Colours.SIXTEEN),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, Colours.SIXTEEN),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Colours.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Colours.MANY),
    ],
)
def test_how_many_colours_a_terminal_has(environ: dict[str, str], colours: Colours) -> None:
    assert Terminal.of(environ).colours is colours


@pytest.mark.parametrize(
    ("environ", "only", "charset"),
    [
        ({"LANG": "en_US.UTF-8", "TERM": "xterm"}, False, "utf-8"),
        ({"LC_CTYPE": "UTF-8", "TERM": "xterm"}, False, "utf-8"),
        ({"LANG": "de_DE.utf8@euro", "LC_ALL": ""}, False, "utf-8"),
        ({}, False, "utf-8"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True, "ascii"),
        ({"LANG": "de_DE.ISO-8859-15"}, True, "iso8859-15"),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True, "utf-8"),
        ({"LANG": "en_US.UTF-8", "TERM": "vt220"}, True, "utf-8"),
    ],
)
def test_which_letters_it_has(environ: dict[str, str], only: bool, charset: str) -> None:
    terminal = Terminal.of(environ)
    assert (terminal.ascii, terminal.charset) == (only, charset)
    assert Terminal.of(environ, ascii=True).ascii
    assert not Terminal.of(environ, ascii=False).ascii


def test_every_sign_is_one_character_as_wide_as_it_was() -> None:
    for sign, instead in ascii.SIGNS.items():
        assert instead.isascii()
        assert len(instead) == cell_len(chr(sign)) == 1, chr(sign)


def test_enter_and_backspace_are_not_the_same_sign() -> None:
    shown = {ascii.in_ascii(keys.label(key), "ascii") for key in ("enter", "backspace")}
    assert len(shown) == 2


def test_words_stay_but_for_what_the_charset_lacks() -> None:
    assert ascii.in_ascii("▌● Zoë 王 … e\u0301", "utf-8") == "|* Zoë 王 ~ e\u0301"
    assert ascii.in_ascii("▌● Zoë 王 … e\u0301", "iso8859-1") == "|* Zoë ?? ~ ?"
    assert ascii.in_ascii("▌● Zoë 👨‍👩‍👧‍👦!", "ascii") == "|* Zo? ??!"


# -- themes -----------------------------------------------------------------------------------------------------------


def _of(theme: Theme, name: str) -> ColorTriplet:
    value = theme.variables.get(name) or getattr(theme, name)
    return ColorTriplet(*Color.parse(value).rgb)


@pytest.mark.parametrize("theme", THEMES)
def test_bars_and_cursors_can_be_seen(theme: Theme) -> None:
    for state in ("", "-hover", "-active"):
        assert contrast(_of(theme, f"scrollbar{state}"), _of(theme, f"scrollbar-background{state}")) >= 3
    for cursor in ("block-cursor", "input-cursor"):
        assert contrast(_of(theme, f"{cursor}-foreground"), _of(theme, f"{cursor}-background")) >= 4.5
        assert contrast(_of(theme, f"{cursor}-background"), _of(theme, "surface")) >= 3


@pytest.mark.parametrize("theme", [pytest.param(one, id=one.name) for one in (themes.HARBOUR_16, themes.MORNING_16)])
def test_the_twins_are_written_in_sixteen_colours(theme: Theme) -> None:
    colours = [*theme.variables.values(), theme.primary, theme.foreground, theme.background, theme.surface, theme.panel]
    assert {ColorTriplet(*Color.parse(one or "").rgb) for one in colours} <= set(VGA)


def test_no_text_of_sixteen_colours_is_lost_in_its_ground() -> None:
    for colour, background in product(range(16), repeat=2):
        style = Style.from_color(RichColor.from_triplet(VGA[colour]), RichColor.from_triplet(VGA[background]))
        drawn = few_colours.in_sixteen(style, BEHIND, 4.5)
        assert drawn.color is not None
        assert drawn.bgcolor is not None
        assert drawn.color.number != drawn.bgcolor.number == background
        for palette in (VGA, XTERM):
            assert contrast(palette[drawn.color.number or 0], palette[background]) >= 3


def test_a_theme_that_has_too_many_colours_has_a_twin() -> None:
    known = {theme.name: theme for theme in themes.THEMES} | {"other": Theme("other", "#ff0000", dark=False)}
    sixteen, light = Terminal(Colours.SIXTEEN), Terminal(light=True)
    assert themes.fitting("harbour", Terminal(), known) == "harbour"
    assert themes.fitting("no such theme", Terminal(), known) == "harbour"
    assert themes.fitting("morning", sixteen, known) == "morning-16"
    assert themes.fitting("other", sixteen, known) == "morning-16"
    assert themes.fitting("harbour-16", Terminal(), known) == "harbour-16"
    assert themes.fitting("auto", Terminal(), known) == "harbour"
    assert themes.fitting("auto", light, known) == "morning"
    assert themes.fitting("auto", Terminal(Colours.SIXTEEN, light=True), known) == "morning-16"


# -- on the screen ----------------------------------------------------------------------------------------------------


def _lines(driven: Any) -> list[list[Any]]:
    compositor = driven.screen._compositor
    return [list(strip) for strip in compositor.render_strips()]


async def test_without_colours_no_colour_is_written_and_what_is_chosen_is_seen(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with run(practice.actor, terminal=Terminal(Colours.NONE)) as driven:
        await driven.until(lambda: "Dear ‹first name›" in driven.text)
        written = driven.screen._compositor.render_full_update().render_segments(driven.app.console)
        codes = {code for look in re.findall(r"\x1b\[([\d;]*)m", written) for code in look.split(";")}
        assert codes <= {"", "0", "1", "3", "4", "7", "39", "49"}
        rows = _lines(driven)
        chosen = next(row for row in rows if any("Holiday schedule" in one.text and one.style.reverse for one in row))
        assert any("Holiday" in one.text for one in chosen)
        assert any("first name" in one.text and one.style.underline for row in rows for one in row)
        await driven.press("r")
        await driven.type("{{ x }}")
        await driven.until(lambda: any(one.style and one.style.reverse for row in _lines(driven)[-8:] for one in row))


async def test_light_and_dark_change_places_in_sixteen_colours_too(practice: Practice, run: Run) -> None:
    async with run(practice.actor, terminal=Terminal(Colours.SIXTEEN)) as driven:
        assert driven.app.theme == "harbour-16"
        await driven.press("f9")
        assert driven.app.theme == "morning-16"
        await driven.press("f9")
        assert driven.app.theme == "harbour-16"


async def test_ascii_alone(practice: Practice, run: Run) -> None:
    async with run(practice.actor, terminal=Terminal(ascii=True, charset="ascii")) as driven:
        await driven.until(lambda: "Dear <first name>," in driven.text and "Unread 2" in driven.text)
        assert driven.text.isascii()
        await driven.press("ctrl+p")
        await driven.until(lambda: "Search for commands" in driven.text)
        assert driven.text.isascii()


async def test_nothing_moves_where_nothing_may(practice: Practice, run: Run) -> None:
    async with run(practice.actor, terminal=Terminal(still=True)) as driven:
        assert driven.app.animation_level == "none"
        services = Services(driven.front, practice.actor, terminal=Terminal(still=True))
        assert services.blink
        MessageCenterApp(services)
        assert not services.blink
