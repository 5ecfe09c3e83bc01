"""Lines of words in several styles: as wide as they should be, cut as Textual's own are."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from msgcenter_tui.tui.render import ends as ends_of_contents
from msgcenter_tui.tui.widgets.pieces import Pieces, cells, ends, fitted

words = st.text(alphabet="ab é漢字🎈-", max_size=8)
lines = st.lists(st.tuples(words, st.sampled_from([(), ("bold",), ("$muted", "underline")])), max_size=4)


def content(pieces: Pieces) -> Content:
    return Content.assemble(*((text, " ".join(styles)) for text, styles in pieces))


def plain(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


@given(lines, st.integers(2, 40))
def test_a_line_is_cut_and_padded_as_textual_does_it(line: Pieces, width: int) -> None:
    shown = fitted(line, width)
    assert cells(shown) == cell_len(plain(shown)) == width
    assert plain(shown) == content(line).truncate(width, ellipsis=True, pad=True).plain


@example([("aaaa字", ())], [("", ())], 6)
@given(lines, lines, st.integers(6, 60))
def test_the_right_end_stays_whole_where_there_is_room(left: Pieces, right: Pieces, width: int) -> None:
    shown = ends(left, right, width)
    assert cells(shown) == width
    assert plain(shown) == ends_of_contents(content(left), content(right), width).plain


@given(lines, st.integers(2, 40))
def test_every_word_keeps_its_style(line: Pieces, width: int) -> None:
    styles = [own for text, own in line for _ in text]
    kept = [own for text, own in fitted(line, width) for _ in text]
    assert kept[: len(styles)][: max(0, width // 2 - 1)] == styles[: max(0, width // 2 - 1)]
