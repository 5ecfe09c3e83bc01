"""What the terminal UI is given by its caller: the door to the center, who acts, and what it may start outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeVar

from msgcenter_tui.domain import Policy
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.terminal import Terminal

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor, CaughtMail, CaughtText, MailForm
    from msgcenter_tui.store.letters import Letter
    from msgcenter_tui.store.store import Store
    from msgcenter_tui.store.tx import Act
    from msgcenter_tui.tui.tour import Tour

THEME: Final = "harbour"

P = ParamSpec("P")
T = TypeVar("T")


class Front(Protocol):
    """The asynchronous door to the center (store/front.py); tests may give their own."""

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def changed(self) -> object:
        """A cheap token: it differs after anybody, in this process or another, has committed."""

    async def notice(self) -> None:
        """Find out who has committed besides this process: `commits` tells it from then on."""

    @property
    def commits(self) -> Commits:
        """What this process knows of who commits, without asking anybody."""

    @property
    def damaged(self) -> bool:
        """The store's file is damaged: what can be read is read, and no act that writes is done any more."""

    @property
    def place(self) -> str:
        """Where the store is, in words; of a file its path."""

    async def rescue(self, target: str) -> Rescued:
        """Save what can be read of a damaged store into a new file."""

    async def apart(self, work: Callable[[Store], T]) -> T:
        """Work that is more than a transaction, such as a copy of the store, while it is in use."""

    async def sweep(self) -> Swept | None:
        """Leave no byte of what was erased in the store's file; None where it is none (store/sweeping.py)."""

    def give_up(self) -> None:
        """The program ends: do not wait for a server that was lost, to learn what it did last."""

    async def close(self) -> None:
        """Wait for what is in flight, then let go of the store."""


class Rescued(Protocol):
    """What was saved (store/rescue.py)."""

    @property
    def path(self) -> Path: ...

    @property
    def tables(self) -> Sequence[Saved]: ...

    @property
    def held(self) -> int:
        """Notifications that wait for a person to release them."""


class Saved(Protocol):
    """One table of it."""

    @property
    def table(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def lost(self) -> bool:
        """Some of its rows did not come over."""


class Swept(Protocol):
    """What became of the bytes of what was erased (store/sweeping.py)."""

    @property
    def clean(self) -> bool:
        """None is left in the store's files."""

    @property
    def copies(self) -> Sequence[Path]:
        """Files beside the store that hold it as it was before."""


class Commits(Protocol):
    """Of which kind the commits are (store/store.py)."""

    @property
    def of_ledger(self) -> int:
        """How often this process has changed where deliveries stand, and nothing else."""

    @property
    def others(self) -> int:
        """It differs after any other commit: of another process at the latest after the next one of this process."""


class Notifier(Protocol):
    """A notifier that runs inside this process while the app is open."""

    @property
    def status(self) -> str:
        """What keeps it from working, one sentence for people; empty when all is well."""

    async def stop(self) -> None:
        """Finish what has been handed over, give back the rest, and end."""


class Proofs(Protocol):
    """How a letter reads where it arrives (delivery/proofs.py). Both raise Refused for what would not be sent."""

    @property
    def how_to_stop(self) -> str:
        """What a first SMS says at its end."""

    def mail(self, letter: Letter) -> MailForm: ...

    def sms(self, letter: Letter) -> str: ...


class Mailbox(Protocol):
    """What the demonstration's catchers received, newest first."""

    def mails(self) -> tuple[CaughtMail, ...]: ...

    def texts(self) -> tuple[CaughtText, ...]: ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Services:
    """Everything a MessageCenterApp needs; tests build one with `Services(front, actor)`."""

    front: Front
    actor: Actor | None
    """Who acts; None on an empty store: the set-up screen comes first."""
    policy: Policy = field(default_factory=Policy)
    demonstration: bool = False
    mailbox: Mailbox | None = None
    tour: Callable[[], Tour] | None = None
    """Makes a guided tour; None: there is none."""
    start_notifier: Callable[[], Notifier] | None = None
    """Starts the in-app notifier on the running event loop; None: notifying is left to another process."""
    notified_by: str = "msgcenter deliver"
    """The command of that process."""
    load: Callable[[], object] = acts.load
    """Imports what the first list did not need; called in a thread while that is on the terminal already."""
    when_it_stands: Callable[[], object] | None = None
    """Called once, when the first screen stands and what a key may open next is loaded."""
    when_still: Callable[[float], object] | None = None
    """Called again and again while no key is pressed, with the seconds since the last: for what would hold one up."""
    when_left: Callable[[], Awaitable[object]] | None = None
    """Called when the app has ended, while the store is still open."""
    proofs: Callable[[], Proofs] | None = None
    """Makes proofs by the accounts as they are configured now; None: mail and SMS cannot be previewed."""
    configure_mail: Callable[[Mapping[str, str]], object] | None = None
    """Keeps the mail account that the set-up screen asked for."""
    test_mail: Callable[[Mapping[str, str], str], object] | None = None
    """Sends a test mail by the account given, to the address given; raises ServerUnavailable."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Action id -> key, or several separated by commas (`[ui] keymap`)."""
    theme: str = THEME
    terminal: Terminal = field(default_factory=Terminal)
    """What it can show, and whether anything may move."""
    log: Path | None = None
    """Where unexpected errors are written, ids only."""
    clock: Callable[[], datetime] = _now
    """For times in words and the countdown."""
    zone: tzinfo | None = None
    """The reader's time zone; None: the machine's."""
    lock_after: timedelta | None = None
    """How long nobody touches it until its screen is locked; None: it is not."""
    blink: bool = True
    """Whether cursors blink; off for pictures."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where the app begins: with what, at which place ("inbox", "portal"), and in whose portal."""

    services: Services
    place: str = "inbox"
    client: str | None = None
    tour: bool = False
    """It begins with the guided tour."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A store that is opened while the first frame is on the terminal already, and what is known before."""

    begin: Callable[[Callable[[str], None]], Awaitable[Start]]
    """Opens it, off the event loop; may tell, in a few words, what takes its time. What it raises ends the app."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    theme: str = THEME
    terminal: Terminal = field(default_factory=Terminal)
