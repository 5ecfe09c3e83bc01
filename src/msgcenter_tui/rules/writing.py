"""Who may write in a thread, and what the portal says above the reply box (L1, L2, V7, P3)."""

from __future__ import annotations

from msgcenter_tui.domain import ThreadKind, ThreadState

REPLIES_OFF = "Replies are off for this announcement."
EVERYONE_SEES = "Everyone in this conversation sees your name and your reply."


def why_not_write(
    *, kind: ThreadKind, state: ThreadState, locked: bool, is_owner: bool, is_client: bool, viewing: bool = False
) -> str:
    """Why a reader of a thread cannot write in it, a sentence for them; "" where they can.

    Somebody "viewing" is shown what the client would be shown (P1): the lock comes before the view.
    """
    if state is not ThreadState.LIVE:
        return "This thread is deleted; nobody can write in it."
    if locked and not is_owner:
        if kind.broadcast:
            return REPLIES_OFF if is_client else "Replies are off: while it is locked only its owner writes here."
        return "Replies are off for this conversation."
    if viewing:
        return "You are viewing as this client; nothing can be written here."
    return ""


def locked_at_first(kind: ThreadKind) -> bool:
    """Whether a new thread is locked where its sender does not say otherwise (L2)."""
    return kind is ThreadKind.ALL_CLIENTS


def notice(kind: ThreadKind, *, locked: bool, is_client: bool) -> str:
    """What a client is told above the reply box, before writing (V7); "" where nothing need be said."""
    return EVERYONE_SEES if is_client and not locked and kind is ThreadKind.ALL_CLIENTS else ""
