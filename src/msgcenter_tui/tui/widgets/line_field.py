"""A text field of one line, in which a letter is drawn and nothing else laid out."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class LineField(Input):
    """Textual's own, of a fixed size: there the whole screen is laid out anew because the words have become longer."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
