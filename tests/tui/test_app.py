"""The app: its sink for errors, its themes, its live refresh."""

from __future__ import annotations

import gc
import inspect
import logging
from contextlib import nullcontext
from dataclasses import replace

import pytest
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from textual.color import Color
from textual.theme import Theme

from msgcenter_tui.domain import Badge, Channel, LedgerStatus
from msgcenter_tui.errors import Refused, StoreUnavailable
from msgcenter_tui.rules.waiting import NOT_CONFIGURED
from msgcenter_tui.tui import render, themes, trouble
from msgcenter_tui.tui.app import Status
from msgcenter_tui.tui.guard import Guarded

SECRET = "what a client wrote in confidence"


def failing() -> None:
    words = SECRET
    raise ValueError(words)


def test_the_log_says_where_an_error_was_and_nobodys_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        try:
            failing()
        except ValueError as error:
            trouble.log_places(error)
    assert "ValueError\n  test_app.py" in caplog.text
    assert "in failing: raise ValueError(words)" in caplog.text
    assert SECRET not in caplog.text


async def test_an_unexpected_error_is_a_calm_line_and_the_app_goes_on(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)

        async def work() -> None:
            failing()

        driven.screen.do(work())
        await driven.until(lambda: any("Something went wrong inside (ValueError)" in toast for toast in driven.toasts))
        assert not any(SECRET in toast for toast in driven.toasts)
        assert driven.app.troubles
        driven.app.troubles.clear()
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])


async def test_what_ends_the_app_prints_no_local_variables(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        monkeypatch.setattr(driven.app, "_close_messages_no_wait", lambda: None)
        try:
            failing()
        except ValueError:
            driven.app._fatal_error()
        said = "".join(str(part) for part in driven.app._exit_renderables)
        driven.app._exit_renderables.clear()
        assert "had to stop (ValueError)" in said
        assert SECRET not in said


async def test_a_refusal_says_what_why_and_what_would_work(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor) as driven:
        driven.app.refuse(Refused("your message was not sent", "the thread is locked", "ask its owner"))
        await driven.until(lambda: driven.toasts)
        await driven.until(
            lambda: driven.toasts[-1] == "Your message was not sent.\nBecause the thread is locked.\nAsk its owner."
        )


async def test_work_that_is_cancelled_before_it_began_is_closed(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        done: list[int] = []

        async def work(number: int) -> None:
            done.append(number)

        for number in range(5):
            driven.screen.do(work(number), group="same", exclusive=True)
        await driven.until(lambda: done == [4])


def test_work_that_never_begins_is_closed_when_the_app_ends() -> None:
    async def look() -> None:
        raise AssertionError

    work = look()
    Guarded(work, nullcontext, lambda: True)  # a worker that is cancelled before its first step keeps nothing of it
    gc.collect()
    assert inspect.getcoroutinestate(work) == inspect.CORO_CREATED
    Guarded.drop_all()
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED


@pytest.mark.parametrize("theme", [themes.HARBOUR, themes.MORNING], ids=lambda theme: theme.name)
def test_text_has_contrast_on_every_ground(theme: Theme) -> None:
    """WCAG AA: 4.5 for words, 3 for what only decorates them."""
    variables = theme.variables
    grounds = [theme.background, theme.surface, theme.panel, variables["chosen"], variables["hover"]]
    words = [theme.foreground, theme.secondary, theme.accent, theme.warning, theme.error, theme.success]
    words.append(variables["muted"])
    words += [variables["portal"], variables["field"], variables["blank"]]
    for ground in grounds:
        for color in words:
            assert ground is not None
            assert color is not None
            assert contrast(color, ground) >= 4.5, (color, ground)


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in Color.parse(color).normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_f9_changes_between_dark_and_light(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("f9")
        assert driven.app.theme == "morning"
        await driven.press("f9")
        assert driven.app.theme == "harbour"


@pytest.mark.parametrize("theme", ["nord", "textual-light", "ansi-dark"])
async def test_the_themes_of_textual_work_too(practice: Practice, run: Run, theme: str) -> None:
    async with run(practice.actor, theme=theme) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        assert driven.app.theme == theme


async def test_nothing_is_said_to_be_read_before_it_was_counted(practice: Practice, run: Run) -> None:  # R1
    async with run(practice.actor) as driven:
        await driven.until(lambda: "● 2 unread" in driven.text)
        driven.app.status = Status()
        await driven.until(lambda: "unread" not in driven.text.splitlines()[0])
        driven.app.status = replace(driven.app.status, badge=Badge(0, 0))
        await driven.until(lambda: "nothing unread" in driven.text.splitlines()[0])


def status(**counts: int) -> LedgerStatus:
    zero = dict.fromkeys(("waiting", "due", "sending", "retrying", "unknown", "held", "failed"), 0)
    return LedgerStatus(**{**zero, **counts}, paused=(), next_at=None, until={})


def test_the_mail_in_a_few_words() -> None:
    assert render.mail_words(status()) == ("all sent", False)
    assert render.mail_words(status(waiting=12)) == ("12 waiting", False)
    assert render.mail_words(status(waiting=3, unknown=1)) == ("1 unknown", True)
    assert render.mail_words(status(waiting=3), in_trouble=True) == ("cannot send here", True)
    paused = LedgerStatus(9, 9, 0, 0, 0, 0, 0, ((Channel.SMS, NOT_CONFIGURED[Channel.SMS]),), None)
    assert render.mail_words(paused) == ("SMS not configured", True)  # N13
    quiet = LedgerStatus(0, 0, 0, 0, 0, 0, 0, ((Channel.SMS, NOT_CONFIGURED[Channel.SMS]),), None)
    assert render.mail_words(quiet) == ("all sent", False)  # nobody here uses it
    refused = LedgerStatus(0, 0, 0, 0, 0, 0, 0, ((Channel.SMS, "550 relay not configured for this user"),), None)
    assert render.mail_words(refused) == ("SMS paused", True)


async def test_where_one_is_is_said_before_the_name_of_the_program(practice: Practice, run: Run) -> None:  # U1
    async with run(practice.actor, start="templates", size=(80, 24)) as driven:
        await driven.until(lambda: "Message Center" in driven.text.splitlines()[0])
        driven.app.status = replace(driven.app.status, mail="e-mail not configured, 1,204 wait")
        await driven.until(lambda: "1,204 wait" in driven.text)
        assert driven.text.splitlines()[0].startswith(" Templates  ")
        assert "Maya Ortiz" in driven.text.splitlines()[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_long_name_leaves_the_count_on_the_top_line(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # R1
    actor = replace(practice.actor, name="Maximiliane " * 16)
    async with run(actor, size=size) as driven:
        await driven.until(lambda: "● 2 unread" in driven.text.splitlines()[0])
        assert "Maximil" in driven.text.splitlines()[0]
        assert "waiting" in driven.text.splitlines()[0]
        assert "All workspaces" in driven.text.splitlines()[0] or "Bright" in driven.text.splitlines()[0]


async def test_a_toast_lies_over_the_keys_and_nothing_else(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("enter")
        await driven.until(lambda: "▣ locked" in driven.text)
        above = driven.text.splitlines()[:-1]
        driven.app.warn("one thing")
        driven.app.say("another thing")
        await driven.until(lambda: "another thing" in driven.text.splitlines()[-1])
        assert driven.text.splitlines()[:-1] == above
        assert "one thing" not in driven.text


LONG = StoreUnavailable("the store cannot be used", "its disk is full", "free some space there and try again")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (44, 14)])
async def test_a_toast_of_several_lines_hides_nothing_of_what_one_writes(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("down", "r")
        composer = driven.screen.pane.composer
        below = driven.text.splitlines()[composer.region.y :]
        driven.app.refuse(LONG)
        await driven.until(lambda: "Free some space" in driven.text)
        assert driven.text.splitlines()[composer.region.y :] == below
        for _ in range(4):  # it grows, and the toast gives way
            await driven.press("enter")
            assert "╭" in driven.text.splitlines()[composer.region.y]
        assert "disk is full" in driven.text


async def test_over_a_text_that_fills_the_screen_a_toast_leaves_the_line_of_the_cursor(
    practice: Practice, run: Run
) -> None:
    async with run(practice.actor, size=(40, 12)) as driven:
        await driven.press("n", "enter", "enter", "tab", *["enter"] * 9)
        await driven.type("Here")
        driven.app.refuse(LONG)
        await driven.until(lambda: "disk is full" in driven.text)
        assert "Here" in driven.text
