"""Every action of the terminal UI, once: its id, default keys, words, group and the place where it works.

Keys of cli.md are the defaults; `[ui] keymap` overrides them by id. A screen or widget takes its bindings by place:

    BINDINGS = keys.bindings("inbox", "places")

and has a method `action_thread_reply` for the id "thread.reply". `rank` is the order in the footer, 0 keeps it out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    id: str
    keys: str
    """Default keys, comma-separated."""
    words: str
    """What the footer and the palette call it."""
    group: str
    place: str
    rank: int = 0
    help: str = ""
    """A sentence for the help, where the words alone do not say it."""
    priority: bool = False
    """Works even while a text field has the focus and would take the key."""
    palette: bool = True

    @property
    def of_list(self) -> bool:
        """Whether it is about what is listed; otherwise it need not wait until that is read."""
        return self.place not in ("app", "places") and self.id not in OF_NO_LIST

    @property
    def named(self) -> str:
        """What it is called where nothing stands around it: with a verb."""
        if self.place == "places":
            return f"Go to {self.words}"
        return f"Show {self.words.lower()}" if self.id in _SHOWN else self.words

    @property
    def leads_to(self) -> str:
        """The place of the app that it shows; empty where it shows none."""
        return self.id.removeprefix("places.") if self.place == "places" else ""

    @property
    def method(self) -> str:
        return self.id.replace(".", "_").replace("-", "_")


_SHOWN = frozenset(f"view.{tab}" for tab in ("all", "unread", "broadcasts", "direct", "drafts", "deleted"))

OF_NO_LIST = frozenset(
    {
        *(f"view.{one}" for one in ("all", "unread", "broadcasts", "direct", "drafts", "deleted", "next", "previous")),
        *("view.back", "room.back", "portal.leave", "finder.leave", "picker.close"),
        *("thread.search", "room.search", "portal.search"),
        *("thread.new", "clients.add", "clients.import", "templates.add", "templates.import"),
        "portal.new",
        *("workspace.choose", "clients.workspace", "clients.only-status", "portal.only-unread", "mailbox.next"),
        *("audience.next", "audience.previous", "audience.filter", "deliveries.next", "deliveries.previous"),
        *("audit.next", "audit.previous", "audit.since", "audit.verify", "audit.copy"),
        *("deliveries.resume", "deliveries.reason", "send.undo", "audience.undo", "audience.catch-up"),
    }
)
"""The actions of screens that are about no row: they lead elsewhere, or narrow the list, and wait for none."""

ACTIONS: tuple[Action, ...] = (
    # -- everywhere ------------------------------------------------------------------------------------------------
    Action("app.help", "question_mark,f1", "Help", "Everywhere", "app", 99, "What can be done here", palette=False),
    Action("app.palette", "ctrl+p", "Palette", "Everywhere", "app", 98, "Everything by name", True, palette=False),
    Action("app.quit", "q,ctrl+q", "Quit", "Everywhere", "app", 0, "Says so when something waits to leave"),
    Action("app.theme", "f9", "Dark or light", "Everywhere", "app", 0, "The two themes"),
    Action("app.said", "N,f10", "What was said", "Everywhere", "app", 0, "Answers and refusals, to read again"),
    Action(
        "app.send-keys",
        "shift+f12",
        "Check my send keys",
        "Everywhere",
        "app",
        0,
        "Which of them this terminal tells apart; nothing is sent",
    ),
    Action(
        "app.lock", "shift+f10", "Lock now", "Everywhere", "app", 0, "Your passphrase opens it; mail goes on leaving"
    ),
    Action("app.passphrase", "shift+f9", "Passphrase", "Everywhere", "app", 0, "Sets what opens a locked screen"),
    Action("app.backup", "shift+f8", "Back up", "Everywhere", "app", 0, "The store into a file; for administrators"),
    Action("app.rescue", "f8", "Rescue", "Everywhere", "app", 0, "Saves what can be read of a damaged store"),
    Action("app.tour", "f3", "Guided tour", "Everywhere", "app", 0, "Demonstration: what each side sees, step by step"),
    Action("app.actor", "f2", "Switch staff", "Everywhere", "app", 0, "Demonstration: act as somebody else"),
    # -- between the places of staff -------------------------------------------------------------------------------
    Action("places.inbox", "i", "Inbox", "Go to", "places", 0, "The threads: to read, to answer, to begin one"),
    Action("places.portal", "p", "Portal", "Go to", "places", 50, "Look at, or sign in to, a client's portal"),
    Action("places.deliveries", "d", "Deliveries", "Go to", "places", 51, "The ledger: what left, waits or failed"),
    Action("places.clients", "c", "Clients", "Go to", "places", 52, "Their addresses, status, consent and portals"),
    Action("places.templates", "t", "Templates", "Go to", "places", 53, "Texts to write with: yours and your teams'"),
    Action("places.audit", "A", "Audit", "Go to", "places", 0, "Who changed what; for administrators"),
    Action("places.mailbox", "m", "Mailbox", "Go to", "places", 54, "Demonstration: the mail and SMS that arrived"),
    Action("places.beside", "b", "Side by side", "Go to", "places", 55, "The inbox, and a client's portal beside it"),
    Action("beside.next", "f6", "Other side", "Side by side", "beside", 3, "The keys are for the other side"),
    Action("beside.add", "f7", "Another portal", "Side by side", "beside", 0, "Beside those that are shown"),
    Action("tour.next", "f3", "Next step", "Tour", "tour", 4, "Of the guided tour: does it, and shows it"),
    Action("tour.leave", "shift+f3", "End the tour", "Tour", "tour", 0, "What it did stays"),
    # -- inbox -----------------------------------------------------------------------------------------------------
    Action("thread.new", "n", "New thread", "Threads", "inbox", 10),
    Action("thread.reply", "r", "Reply", "Threads", "inbox", 11),
    Action("thread.search", "slash", "Search", "Threads", "inbox", 12, "Over subjects, names and texts"),
    Action("thread.lock", "l", "Lock", "Threads", "inbox", 13, "Locks or unlocks; unlocking asks"),
    Action("thread.unread", "u", "Mark unread", "Threads", "inbox", 0, "From the chosen message on"),
    Action("thread.rename", "S", "Subject", "Threads", "inbox", 0, "Changes the subject"),
    Action("thread.delete", "delete", "Delete thread", "Threads", "inbox", 0, "Removes it from every portal; asks"),
    Action(
        "thread.withdraw",
        "exclamation_mark",
        "Withdraw",
        "Threads",
        "inbox",
        0,
        "At once, without a question: locks and deletes it, cancels what has not left",
    ),
    Action("thread.restore", "R", "Restore", "Threads", "inbox", 14, "A deleted thread: visible again, nobody is told"),
    Action("thread.leave", "X", "Leave thread", "Threads", "inbox", 0, "A direct thread; asks"),
    Action("thread.people", "P", "People", "Threads", "inbox", 0, "Add or remove people of a direct thread"),
    Action("thread.audience", "a", "Audience", "Threads", "inbox", 0, "Who saw it, who was notified, who has read it"),
    Action("send.undo", "ctrl+z", "Undo send", "Threads", "inbox", 5, "While the countdown runs: back to a draft"),
    Action("workspace.choose", "w", "Workspace", "View", "inbox", 0, "Show one workspace only, or all"),
    Action("view.next", "right_square_bracket", "Next tab", "View", "inbox", 0),
    Action("view.previous", "left_square_bracket", "Previous tab", "View", "inbox", 0),
    Action("view.all", "1", "All", "View", "inbox", 0),
    Action("view.unread", "2", "Unread", "View", "inbox", 0),
    Action("view.broadcasts", "3", "Broadcasts", "View", "inbox", 0),
    Action("view.direct", "4", "Direct", "View", "inbox", 0),
    Action("view.drafts", "5", "Drafts", "View", "inbox", 0),
    Action("view.deleted", "6", "Deleted", "View", "inbox", 0),
    Action("view.back", "escape", "Back", "View", "inbox", 2, "To the list; ends a search", palette=False),
    # -- lists -----------------------------------------------------------------------------------------------------
    Action("list.up", "up,k", "Up", "Lists", "list", 0, palette=False),
    Action("list.down", "down,j", "Down", "Lists", "list", 0, palette=False),
    Action("list.page-up", "pageup", "Page up", "Lists", "list", 0, palette=False),
    Action("list.page-down", "pagedown", "Page down", "Lists", "list", 0, palette=False),
    Action("list.first", "home,g", "First", "Lists", "list", 0, palette=False),
    Action("list.last", "end,G", "Last", "Lists", "list", 0, palette=False),
    Action("list.open", "enter", "Open", "Lists", "list", 1, palette=False),
    # -- marks in a list -------------------------------------------------------------------------------------------
    Action(
        "list.mark", "x", "Mark", "Lists", "marks", 0, "What is done then is done to all that are marked", palette=False
    ),
    Action(
        "list.mark-down",
        "shift+down",
        "Mark down",
        "Lists",
        "marks",
        0,
        "A range; back again: a smaller one",
        palette=False,
    ),
    Action("list.mark-up", "shift+up", "Mark up", "Lists", "marks", 0, palette=False),
    Action(
        "list.mark-all", "ctrl+a", "Mark all", "Lists", "marks", 0, "All that are loaded; again: none", palette=False
    ),
    # -- conversation ----------------------------------------------------------------------------------------------
    Action("message.up", "up,k", "Previous message", "Conversation", "conversation", 0, palette=False),
    Action("message.down", "down,j", "Next message", "Conversation", "conversation", 0, palette=False),
    Action("message.page-up", "pageup", "Page up", "Conversation", "conversation", 0, palette=False),
    Action("message.page-down", "pagedown,space", "Page down", "Conversation", "conversation", 0, palette=False),
    Action("message.first", "home,g", "Oldest shown", "Conversation", "conversation", 0, palette=False),
    Action("message.last", "end,G", "Newest", "Conversation", "conversation", 0, palette=False),
    Action("message.edit", "e", "Edit message", "Conversation", "message", 20, "A message of yours"),
    Action("message.delete", "D,backspace", "Delete message", "Conversation", "message", 21, "Asks"),
    Action("message.versions", "v", "Versions", "Conversation", "message", 22, "Former texts of an edited one"),
    Action("message.copy", "y", "Copy text", "Conversation", "message", 0, "The chosen message, to the clipboard"),
    # -- composer --------------------------------------------------------------------------------------------------
    Action("compose.send", "ctrl+s,ctrl+enter", "Send", "Writing", "composer", 1),
    Action("compose.template", "ctrl+t", "Template", "Writing", "composer", 2, "The picker (magnifying glass)"),
    Action("compose.who", "ctrl+o", "Who gets it", "Writing", "composer", 0, "Everybody, and who not and why"),
    Action("compose.preview", "ctrl+g", "Preview", "Writing", "composer", 2, "As each client will see it"),
    Action("compose.leave", "escape", "Leave, keep draft", "Writing", "composer", 3, palette=False),
    Action("compose.blank", "tab", "Next blank", "Writing", "composer", 2, "While blanks of a template are not filled"),
    Action("compose.blank-back", "shift+tab", "Blank before", "Writing", "composer", 0, "The other way"),
    Action("compose.editor", "f4", "Your editor", "Writing", "composer", 0, "The text in $VISUAL or $EDITOR"),
    Action("compose.discard", "ctrl+r", "Discard draft", "Writing", "composer", 0, "Asks"),
    Action("edit.keep", "ctrl+s,ctrl+enter", "Keep", "Writing", "edit", 1, palette=False),
    Action("edit.leave", "escape", "Back", "Writing", "edit", 2, palette=False),
    # -- what is offered at the cursor -----------------------------------------------------------------------------
    Action(
        "offers.take",
        "enter,tab",
        "Take",
        "Writing",
        "offers",
        1,
        "Of the list at the cursor: fields after {{, templates after / and their shortcut",
        True,
        palette=False,
    ),
    Action("offers.up", "up", "Up", "Writing", "offers", 0, "In that list", True, palette=False),
    Action("offers.down", "down", "Down", "Writing", "offers", 0, "In that list", True, palette=False),
    Action("offers.close", "escape", "Close", "Writing", "offers", 2, "That list only", True, palette=False),
    # -- template picker -------------------------------------------------------------------------------------------
    Action("picker.insert", "enter", "Insert", "Picker", "picker", 1, palette=False),
    Action("picker.next-client", "tab", "Next client", "Picker", "picker", 2, "Fills the preview for another"),
    Action("picker.up", "up,ctrl+k", "Up", "Picker", "picker", 0, palette=False),
    Action("picker.down", "down,ctrl+j", "Down", "Picker", "picker", 0, palette=False),
    Action("picker.close", "escape", "Close", "Picker", "picker", 3, palette=False),
    # -- questions -------------------------------------------------------------------------------------------------
    Action("confirm.yes", "y,ctrl+s", "Yes", "Question", "confirm", 1, palette=False),
    Action("confirm.no", "n,escape", "No, go back", "Question", "confirm", 2, palette=False),
    Action("confirm.other", "left,right", "The other answer", "Question", "confirm", 0, palette=False),
    Action("confirm.up", "up", "Scroll up", "Question", "confirm", 0, palette=False),
    Action("confirm.down", "down", "Scroll down", "Question", "confirm", 0, palette=False),
    Action("confirm.page-up", "pageup", "Page up", "Question", "confirm", 0, palette=False),
    Action("confirm.page-down", "pagedown", "Page down", "Question", "confirm", 0, palette=False),
    Action("help.close", "escape,question_mark,f1,q", "Close", "Help", "help", 1, palette=False),
    # -- new thread ------------------------------------------------------------------------------------------------
    Action(
        "new.next", "ctrl+s", "Next", "New thread", "new-thread", 1, "To the message; there: the last look and send"
    ),
    Action("new.template", "ctrl+t", "Template", "New thread", "new-thread", 2, "The picker, on the second step"),
    Action("new.who", "ctrl+o", "Who gets it", "New thread", "new-thread", 3, "Everybody, and who not and why"),
    Action("new.preview", "ctrl+g", "Preview", "New thread", "new-thread", 2, "As each client will see it"),
    Action("new.back", "escape", "Back, keep draft", "New thread", "new-thread", 4, palette=False),
    Action("new.discard", "ctrl+r", "Discard draft", "New thread", "new-thread", 0, "Asks"),
    # -- preview ---------------------------------------------------------------------------------------------------
    Action("preview.next", "n,right,space", "Next client", "Preview", "preview", 3, "Exceptions first", palette=False),
    Action("preview.previous", "p,left", "Previous client", "Preview", "preview", 7, palette=False),
    Action("preview.reason", "r", "Next reason", "Preview", "preview", 5, "The first client of the next exception"),
    Action("preview.form", "tab", "Next form", "Preview", "preview", 4, "Portal, e-mail, SMS", palette=False),
    Action("preview.find", "slash", "Find client", "Preview", "preview", 6),
    Action("preview.later", "l", "Joins later", "Preview", "preview", 8, "As a client who joins later will see it"),
    Action("preview.stop", "s", "Stop the check", "Preview", "preview", 0, "Again: goes on with it"),
    Action("preview.send", "ctrl+s,ctrl+enter", "Send", "Preview", "preview", 1, "Asks as ever"),
    Action("preview.leave", "escape", "Back", "Preview", "preview", 2, "To the text", palette=False),
    # -- client portal ---------------------------------------------------------------------------------------------
    Action("choose-client.up", "up", "Up", "Portal", "choose-client", 0, palette=False),
    Action("choose-client.down", "down", "Down", "Portal", "choose-client", 0, palette=False),
    Action("choose-client.view", "ctrl+o", "View as", "Portal", "choose-client", 2, "Marks nothing read, cannot write"),
    Action("portal.new", "n", "Write to us", "Portal", "portal", 10, "A new thread to the staff"),
    Action("portal.reply", "r", "Reply", "Portal", "portal", 11),
    Action("portal.search", "slash", "Search", "Portal", "portal", 12),
    Action("portal.unread", "u", "Mark unread", "Portal", "portal", 13, "From the chosen message on"),
    Action("portal.beside", "b", "Side by side", "Portal", "portal", 0, "The inbox beside it, or no more"),
    Action("portal.only-unread", "2", "Only unread", "Portal", "portal", 0, "Again: all"),
    Action(
        "portal.otherwise",
        "at",
        "Another time",
        "Portal",
        "portal",
        9,
        "View as: the portal as it was at a time, or would be with another status, portal or workspace",
    ),
    Action("portal.leave", "escape", "Leave the portal", "Portal", "portal", 14, palette=False),
    # -- rooms of staff --------------------------------------------------------------------------------------------
    Action("room.back", "escape", "Back", "Rooms", "room", 40, "Ends a search; then to the inbox", palette=False),
    Action("room.search", "slash", "Search", "Rooms", "room", 30),
    # -- clients ---------------------------------------------------------------------------------------------------
    Action("clients.add", "n", "New client", "Clients", "clients", 10),
    Action("clients.edit", "e", "Edit", "Clients", "clients", 11, "Name, e-mail address, phone, note"),
    Action("clients.status", "s", "Status", "Clients", "clients", 12, "Lead, Active, Inactive, Complete"),
    Action(
        "clients.switch-portal",
        "o",
        "Portal on/off",
        "Clients",
        "clients",
        13,
        "With the portal, mail says where to read on",
    ),
    Action(
        "clients.view", "v", "View as", "Clients", "clients", 14, "Their portal, as they see it; marks nothing read"
    ),
    Action(
        "clients.otherwise",
        "at",
        "View as of then",
        "Clients",
        "clients",
        0,
        "Their portal as it was at a time, or would be; also that of a client who joins today",
    ),
    Action("clients.write", "r", "Write to", "Clients", "clients", 15, "A direct thread to this client"),
    Action("clients.consent", "y", "SMS consent", "Clients", "clients", 0, "What they said, and how"),
    Action("clients.mute", "x", "Mute e-mail", "Clients", "clients", 0, "Again: not muted"),
    Action("clients.assign", "a", "Assignments", "Clients", "clients", 0, "Which members it is assigned to"),
    Action("clients.move", "M", "Move", "Clients", "clients", 0, "To another workspace"),
    Action("clients.import", "I", "Import", "Clients", "clients", 0, "From what a spreadsheet saved as CSV; asks"),
    Action("clients.erase", "delete", "Erase", "Clients", "clients", 0, "All that is stored of them, for good; asks"),
    Action("clients.workspace", "w", "Workspace", "Clients", "clients", 0, "Show one workspace only, or all"),
    Action("clients.only-status", "f", "Filter by status", "Clients", "clients", 0, "Goes through the statuses"),
    # -- templates -------------------------------------------------------------------------------------------------
    Action("templates.add", "n", "New template", "Templates", "templates", 10),
    Action("templates.edit", "e", "Edit", "Templates", "templates", 11),
    Action(
        "templates.preview", "v", "Preview for", "Templates", "templates", 12, "Filled in for a client of your choice"
    ),
    Action("templates.remove", "delete", "Remove", "Templates", "templates", 13, "Asks"),
    Action("templates.export", "x", "Export", "Templates", "templates", 14, "To Markdown files, to share them; asks"),
    Action("templates.import", "o", "Import", "Templates", "templates", 15, "From Markdown files; asks"),
    Action("editor.save", "ctrl+s", "Save", "Template", "editor", 1),
    Action(
        "editor.field", "ctrl+o", "Insert field", "Template", "editor", 2, "A fact of the reader, sender or workspace"
    ),
    Action(
        "editor.leave",
        "escape",
        "Back",
        "Template",
        "editor",
        3,
        "Keeps what is typed until the next time",
        palette=False,
    ),
    # -- deliveries ------------------------------------------------------------------------------------------------
    Action("deliveries.next", "right_square_bracket", "Next state", "Deliveries", "deliveries", 0),
    Action("deliveries.previous", "left_square_bracket", "Previous state", "Deliveries", "deliveries", 0),
    Action("deliveries.retry", "r", "Retry", "Deliveries", "deliveries", 10, "What failed"),
    Action("deliveries.retry-all", "R", "Retry all shown", "Deliveries", "deliveries", 11, "Loaded or not; asks"),
    Action("deliveries.arrived", "y", "It arrived", "Deliveries", "deliveries", 12, "Settles an unknown"),
    Action("deliveries.resend", "s", "Send again", "Deliveries", "deliveries", 13, "Settles an unknown; asks"),
    Action(
        "deliveries.arrived-thread",
        "Y",
        "All arrived",
        "Deliveries",
        "deliveries",
        14,
        "Settles all that is unknown in this thread; asks",
    ),
    Action(
        "deliveries.resend-thread",
        "S",
        "Send all again",
        "Deliveries",
        "deliveries",
        0,
        "All that is unknown in this thread; asks",
    ),
    Action("deliveries.release", "h", "Release held", "Deliveries", "deliveries", 15, "Asks"),
    Action("deliveries.resume", "u", "Resume", "Deliveries", "deliveries", 9, "Lets a paused channel send again"),
    Action("deliveries.reason", "w", "Why", "Deliveries", "deliveries", 16, "The reasons, counted; shows only one"),
    Action(
        "deliveries.mark", "space", "Mark", "Deliveries", "deliveries", 0, "For retry and the like; again: not marked"
    ),
    Action("deliveries.mark-to-here", "v", "Mark to here", "Deliveries", "deliveries", 0, "From the one marked last"),
    Action("deliveries.mark-all", "a", "Mark all", "Deliveries", "deliveries", 0, "All that are loaded; again: none"),
    Action("deliveries.thread", "f", "This thread only", "Deliveries", "deliveries", 17, "Again: all threads"),
    Action("deliveries.next-thread", "n", "Next thread", "Deliveries", "deliveries", 0, "Its first in the list"),
    # -- audit -----------------------------------------------------------------------------------------------------
    Action("audit.next", "right_square_bracket", "Next kind of act", "Audit", "audit", 0),
    Action("audit.previous", "left_square_bracket", "Previous kind of act", "Audit", "audit", 0),
    Action("audit.open", "o", "Open", "Audit", "audit", 0, "The thread, client or template that it is about"),
    Action("audit.person", "f", "This person only", "Audit", "audit", 11, "Again: everybody"),
    Action("audit.since", "s", "Since", "Audit", "audit", 12, "Shows only what was done since then"),
    Action("audit.verify", "v", "Verify", "Audit", "audit", 13, "That no record was changed or removed; again: stops"),
    Action("audit.copy", "y", "Copy head", "Audit", "audit", 14, "Of the log that was verified, to be noted elsewhere"),
    # -- audience --------------------------------------------------------------------------------------------------
    Action("audience.next", "right_square_bracket", "Next filter", "Audience", "audience", 0),
    Action("audience.previous", "left_square_bracket", "Previous filter", "Audience", "audience", 0),
    Action("audience.filter", "f", "Filter", "Audience", "audience", 10, "Goes through the filters"),
    Action("audience.export", "e", "Export", "Audience", "audience", 14, "What the list shows, as CSV; asks where"),
    Action("audience.catch-up", "C", "Catch up", "Audience", "of-thread", 11, "Notifies who sees it and was not; asks"),
    Action("audience.undo", "ctrl+z", "Take it back", "Audience", "of-thread", 12, "A catch-up, while it waits"),
    Action("audience.deliveries", "d", "Deliveries", "Audience", "of-thread", 13, "The ledger of this thread"),
    # -- mailbox ---------------------------------------------------------------------------------------------------
    Action("mailbox.next", "right_square_bracket", "Mail or SMS", "Mailbox", "mailbox", 10),
    # -- forms and choices -----------------------------------------------------------------------------------------
    Action("form.save", "ctrl+s", "Save", "Forms", "form", 1, palette=False),
    Action(
        "form.leave", "escape", "Back", "Forms", "form", 2, "Keeps what is typed until the next time", palette=False
    ),
    Action("work.stop", "escape", "Stop", "Long work", "at-work", 1, "Nothing of it is kept", palette=False),
    Action("recipients.up", "up", "Up", "New thread", "recipients", 0, palette=False),
    Action("recipients.down", "down", "Down", "New thread", "recipients", 0, palette=False),
    Action("finder.up", "up,ctrl+k", "Up", "Choices", "finder", 0, palette=False),
    Action("finder.down", "down,ctrl+j", "Down", "Choices", "finder", 0, palette=False),
    Action("finder.leave", "escape", "Back", "Choices", "finder", 2, palette=False),
    Action("choose.up", "up,ctrl+k", "Up", "Choices", "choose", 0, palette=False),
    Action("choose.down", "down,ctrl+j", "Down", "Choices", "choose", 0, palette=False),
    Action("choose.close", "escape", "Back", "Choices", "choose", 2, palette=False),
    Action("setup.save", "ctrl+s", "Next", "Set-up", "setup", 1, palette=False),
    Action("setup.test", "ctrl+t", "Send a test mail", "Set-up", "setup", 2, "To yourself", palette=False),
    Action("setup.later", "ctrl+l", "Mail account later", "Set-up", "setup", 3, palette=False),
    Action("send-keys.again", "r", "Once more", "Send keys", "send-keys", 1, palette=False),
    Action("send-keys.leave", "escape", "Back", "Send keys", "send-keys", 2, palette=False),
    Action("setup.back", "escape", "Back", "Set-up", "setup", 4, palette=False),
)
