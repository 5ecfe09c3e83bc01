"""Where a sender arrives after sending: in the inbox, at the new thread, with its countdown before their eyes (N5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgcenter_tui.domain import ThreadId
from msgcenter_tui.tui.screen import CenterScreen

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp


async def show_in_inbox(center: MessageCenterApp, thread: ThreadId) -> None:
    """Go to the inbox, to this thread."""
    await center.go("inbox")
    expect_in_inbox(center, thread)


def expect_in_inbox(center: MessageCenterApp, thread: ThreadId) -> bool:
    """Where an inbox stands below, it is this thread's before anybody sees it again; whether there is one."""
    from msgcenter_tui.tui.screens.inbox import Inbox

    shown = [one for screen in center.screen_stack if isinstance(screen, CenterScreen) for one in screen.shows]
    inboxes = [screen for screen in shown if isinstance(screen, Inbox)]
    for inbox in inboxes:
        inbox.expect(thread)
    return bool(inboxes)
