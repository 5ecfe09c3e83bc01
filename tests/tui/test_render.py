"""Domain -> words: times, numbers, names, pieces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from msgcenter_tui.domain import Piece, PieceKind
from msgcenter_tui.tui import render

NOW = datetime(2026, 11, 12, 9, 31, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW - timedelta(seconds=59), "just now"),
        (NOW, "just now"),
        (NOW - timedelta(minutes=1), "09:30"),
        (NOW - timedelta(hours=9), "00:31"),
        (NOW - timedelta(hours=10), "Wed 23:31"),
        (NOW - timedelta(days=6), "Fri 09:31"),
        (NOW - timedelta(days=7), "5 Nov"),
        (datetime(2026, 1, 1, tzinfo=UTC), "1 Jan"),
        (datetime(2025, 12, 31, 23, tzinfo=UTC), "31 Dec 2025"),
        (NOW + timedelta(seconds=30), "09:32"),  # another machine's clock is ahead
        (NOW + timedelta(days=1), "13 Nov"),
    ],
)
def test_a_time_in_a_list(at: datetime, words: str) -> None:
    assert render.when(at, NOW, UTC) == words


def test_a_time_is_that_of_the_reader_s_zone() -> None:
    auckland = timezone(timedelta(hours=13))
    assert render.when(NOW - timedelta(hours=1), NOW, auckland) == "21:31"
    assert render.day(datetime(2026, 11, 11, 10, 59, tzinfo=UTC), NOW, auckland) == "Yesterday"
    assert render.day(datetime(2026, 11, 11, 11, 0, tzinfo=UTC), NOW, auckland) == "Today"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "Today"), (1, "Yesterday"), (2, "Tuesday 10 November"), (365, "12 November 2025")]
)
def test_a_day_separator(days: int, words: str) -> None:
    assert render.day(NOW - timedelta(days=days), NOW, UTC) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0 s"), (0.2, "1 s"), (42, "42 s"), (60, "1:00"), (570, "9:30"), (3900, "1:05:00")]
)
def test_a_countdown(seconds: float, words: str) -> None:
    assert render.remaining(timedelta(seconds=seconds)) == words


def test_numbers_and_names() -> None:
    assert render.badge(99) == "99"
    assert render.badge(100) == "99+"
    assert render.counted(1, "client") == "1 client"
    assert render.counted(12345, "person", "people") == "12,345 people"
    assert render.names(["Ana", "Pia"]) == "Ana, Pia"
    assert render.names(["Ana", "Pia", "Leo"], 1) == "Ana, Pia, Leo and 1 other"
    assert render.names(["A", "B", "C", "D", "E"], limit=2) == "A, B and 3 others"


def test_pieces_as_staff_see_them() -> None:  # T5
    parts = (
        Piece(PieceKind.TEXT, "Dear "),
        Piece(PieceKind.FIELD, "first name"),
        Piece(PieceKind.TEXT, ", "),
        Piece(PieceKind.BLANK, "[[day]]"),
    )
    assert render.pieces(parts).plain == "Dear ‹first name›, [[day]]"
    filled = (parts[0], Piece(PieceKind.FIELD, "Ana"), *parts[2:])
    assert render.filled(filled, parts).plain == "Dear Ana, [[day]]"
    assert render.filled(parts, parts).plain == "Dear ‹first name›, [[day]]"


def test_two_ends_of_a_line() -> None:
    assert render.ends(render.line("A long subject of a thread"), render.line("09:31"), 16).plain == "A long su… 09:31"
    assert render.ends(render.line("Ana"), render.line("09:31"), 12).plain == "Ana    09:31"
    assert render.ends(render.line("陈秀珍 write"), render.line("1"), 8).cell_length == 8
