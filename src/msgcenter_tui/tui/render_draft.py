"""A draft of a new thread, as it is shown beside the list of drafts."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from msgcenter_tui.domain import Draft
from msgcenter_tui.rules import fields
from msgcenter_tui.tui import keys, render


def to_whom(draft: Draft) -> str:
    """ "All Clients", or the people named."""
    if draft.recipients is not None and draft.recipients.kind.broadcast:
        return draft.recipients.kind.called
    return render.names([person.name for person in draft.people]) or "to nobody yet"


def preview(draft: Draft, keymap: Mapping[str, str]) -> Content:
    """Subject, recipients and text, and what can be done with it."""
    has_subject = bool(draft.subject.strip())
    go_on, discard = (keys.first(name, keymap) for name in ("list.open", "thread.delete"))
    return Content.assemble(
        (render.subject(words=draft.subject), "bold" if has_subject else "$muted"),
        ("  draft\n", "$warning"),
        (to_whom(draft), "$secondary"),
        "\n\n",
        render.pieces(fields.pieces(draft.body)),
        "\n\n",
        (go_on, "bold $accent"),
        (" goes on writing   ", "$muted"),
        (discard, "bold $accent"),
        (" discards it", "$muted"),
    )
