"""The schema: what the Message Center remembers, with the constraints that hold even if the code above errs.

Everything here is reached through a migration (store/migrations); a change is an addition there as well.
Words of people (names, addresses, bodies, notes) stand in as few columns as possible, each erasable (S2).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from msgcenter_tui.domain import (
    WRITTEN,
    Channel,
    Consent,
    DeliveryState,
    LoginKind,
    PersonKind,
    Role,
    RunKind,
    Status,
    ThreadKind,
    ThreadState,
    WorkspaceKind,
)
from msgcenter_tui.rules.states import SETTLED
from msgcenter_tui.store.types import Id, Instant, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PERSON = Id("p", "person")
WORKSPACE = Id("w", "workspace")
THREAD = Id("t", "thread")
MESSAGE = Id("m", "message")
DRAFT = Id("d", "draft")
TEMPLATE = Id("x", "template")
RUN = Id("r", "run")
RECORD = Id("a", "audit record")


# Sorted and compared by code point on either store, so that pages and tests agree.
KEY = Text().with_variant(Text(collation="C"), "postgresql")


def one_of(column: str, words: Iterable[enum.StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(word.value) for word in words)})", name=column)


def _index_of_some(name: str | None, *columns: str, where: str, on_a_server: str = "", unique: bool = False) -> Index:
    """Of the rows only of which this is true; `on_a_server` says the same in the words of PostgreSQL."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={_ON_A_SERVER: on_a_server or where})


_ON_A_SERVER = "where"


def tell_postgresql() -> None:
    """Let PostgreSQL know of which rows its indexes are, as making them by these tables needs; migrations say it too.

    Not where they are defined: whoever gives SQLAlchemy words of a dialect has it import that dialect.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if where := index.info.get(_ON_A_SERVER):
                index.dialect_options["postgresql"]["where"] = text(where)


def to(column: str) -> ForeignKey:
    return ForeignKey(column)


# -- people -----------------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    Column("id", PERSON, primary_key=True),
    Column("kind", Word(PersonKind), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", KEY, nullable=False),  # text.name_key, for sorting and finding
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant),
    one_of("kind", PersonKind),
    Index(None, "name_key", "id"),
)

staff = Table(
    "staff",
    metadata,
    Column("person_id", PERSON, to("people.id"), primary_key=True, autoincrement=False),
    Column("email", Text, nullable=False),
    Column("email_key", KEY, nullable=False, unique=True),  # S5
    Column("administrator", Boolean, nullable=False, server_default=false()),
)

logins = Table(
    "logins",
    metadata,
    # Who somebody is that signs in to a server with this role of its own (store/walls). SQLite knows no roles.
    Column("role", String(63), primary_key=True),
    Column("kind", Word(LoginKind), nullable=False),
    Column("person_id", PERSON, to("people.id")),  # None: a notifier
    Column("since", Instant, nullable=False),
    one_of("kind", LoginKind),
    CheckConstraint("(kind = 'notifier') = (person_id IS NULL)", name="person"),
    Index(None, "person_id"),
)

passphrases = Table(
    "passphrases",
    metadata,
    # What opens a locked screen of a member of staff (center/passphrases.py).
    Column("person_id", PERSON, to("staff.person_id"), primary_key=True, autoincrement=False),
    Column("kept", Text, nullable=False),  # by argon2id, with its salt
    Column("wrong", Integer, nullable=False, server_default="0"),  # tries since it was right
    Column("tried_at", Instant),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", WORKSPACE, primary_key=True),
    Column("kind", Word(WorkspaceKind), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", KEY, unique=True),  # teams only: a team is found by its name
    Column("owner_id", PERSON, to("staff.person_id"), unique=True),  # personal only
    Column("region", String(2), nullable=False, server_default="US"),  # ISO 3166, for phone numbers
    Column("created_at", Instant, nullable=False),
    one_of("kind", WorkspaceKind),
    CheckConstraint("(kind = 'personal') = (owner_id IS NOT NULL)", name="owned"),
    CheckConstraint("(kind = 'team') = (name_key IS NOT NULL)", name="named"),
)

members = Table(
    "members",
    metadata,
    Column("workspace_id", WORKSPACE, to("workspaces.id"), primary_key=True),
    Column("person_id", PERSON, to("staff.person_id"), primary_key=True),
    Column("role", Word(Role), nullable=False),
    Column("since", Instant, nullable=False),
    one_of("role", Role),
    Index(None, "person_id"),
)

_MAILED = "status IN ('active', 'lead') AND email_key IS NOT NULL AND email_muted IS"
_UNMAILED = "email_key IS NULL OR email_muted IS"
_TEXTED = "phone_number IS NOT NULL AND consent = 'active'"

clients = Table(
    "clients",
    metadata,
    Column("person_id", PERSON, to("people.id"), primary_key=True, autoincrement=False),
    Column("workspace_id", WORKSPACE, to("workspaces.id"), nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("portal", Boolean, nullable=False, server_default=false()),
    Column("email", Text),
    Column("email_key", KEY),
    Column("email_muted", Boolean, nullable=False, server_default=false()),
    Column("email_problem", Text),  # what a server said of the address; cleared when it changes
    Column("phone", Text),
    Column("phone_number", Text),  # E.164
    Column("consent", Word(Consent), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    one_of("status", Status),
    one_of("consent", Consent),
    CheckConstraint("NOT portal OR email_key IS NOT NULL", name="portal_email"),  # P2
    UniqueConstraint("workspace_id", "email_key"),  # S5
    Index(None, "workspace_id", "status", "person_id"),
    Index(None, "email_key"),
    # Whom a broadcast is mailed to, in the order in which the ledger takes them; whom it is not, and who gets an SMS.
    _index_of_some("ix_clients_mailed", "workspace_id", "person_id",
          where=f"{_MAILED} 0", on_a_server=f"{_MAILED} false"),
    _index_of_some("ix_clients_unmailed", "workspace_id", "status", "person_id",
          where=f"{_UNMAILED} 1", on_a_server=f"{_UNMAILED} true"),
    _index_of_some("ix_clients_texted", "workspace_id", "status", "person_id", where=_TEXTED),
)  # fmt: skip

client_history = Table(
    "client_history",
    metadata,
    Column("id", Id("h", "change"), primary_key=True),
    Column("client_id", PERSON, to("clients.person_id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by_id", PERSON, to("people.id")),  # None: a provider's refusal (N3)
    Column("status", Word(Status), nullable=False),
    Column("portal", Boolean, nullable=False),
    Column("workspace_id", WORKSPACE, to("workspaces.id"), nullable=False),
    Column("consent", Word(Consent), nullable=False),
    Column("how", Text, nullable=False, server_default=""),
    one_of("status", Status),
    one_of("consent", Consent),
    Index(None, "client_id", "id"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("client_id", PERSON, to("clients.person_id"), primary_key=True),
    Column("staff_id", PERSON, to("staff.person_id"), primary_key=True),
    Index(None, "staff_id"),
)

# -- threads and messages ---------------------------------------------------------------------------------------------

threads = Table(
    "threads",
    metadata,
    Column("id", THREAD, primary_key=True),
    Column("workspace_id", WORKSPACE, to("workspaces.id"), nullable=False),
    Column("kind", Word(ThreadKind), nullable=False),
    Column("state", Word(ThreadState), nullable=False),
    Column("subject", Text),
    Column("locked", Boolean, nullable=False),
    Column("owner_id", PERSON, to("staff.person_id")),  # direct only; a broadcast belongs to the workspace's Owners
    Column("created_by", PERSON, to("people.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_number", Integer, nullable=False, server_default="0"),  # given to the newest message, holes included
    Column("last_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("deleted_by", PERSON, to("people.id")),
    one_of("kind", ThreadKind),
    one_of("state", ThreadState),
    CheckConstraint("(kind = 'direct') = (owner_id IS NOT NULL)", name="owner"),
    Index(None, "workspace_id", "last_at", "id"),
    Index(None, "last_at", "id"),
    Index(None, "workspace_id", "kind", "id"),
)

participants = Table(
    "participants",
    metadata,
    Column("thread_id", THREAD, to("threads.id"), primary_key=True),
    Column("person_id", PERSON, to("people.id"), primary_key=True),
    Column("added_at", Instant, nullable=False),
    Index(None, "person_id", "thread_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", MESSAGE, primary_key=True),
    Column("thread_id", THREAD, to("threads.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author_id", PERSON, to("people.id"), nullable=False),
    Column("run_kind", Word(RunKind), nullable=False),  # what it was when written: N1, N9 or N10
    Column("at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("body", Text, nullable=False),
    Column("facts", JSON),  # sender and workspace values of the moment of sending (T5); None: holds no fields (T8)
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("deleted_by", PERSON, to("people.id")),
    one_of("run_kind", WRITTEN),
    CheckConstraint("number > 0", name="number"),
    UniqueConstraint("thread_id", "number"),
    Index(None, "author_id", "id"),
    sqlite_autoincrement=True,  # an id once given is never given again, not even after an undo
)

versions = Table(
    "versions",
    metadata,
    Column("message_id", MESSAGE, to("messages.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by_id", PERSON, to("people.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("facts", JSON),
)

reads = Table(
    "reads",
    metadata,
    Column("thread_id", THREAD, to("threads.id"), primary_key=True),
    Column("person_id", PERSON, to("people.id"), primary_key=True),
    Column("up_to", Integer, nullable=False, server_default="0"),  # never goes back (R2); 0: only set unread so far
    Column("first_at", Instant),
    Column("at", Instant),
    Column("unread_from", Integer),  # set by the reader (R2); clients only, staff have a mark
    Index(None, "person_id", "thread_id"),
)

marks = Table(
    "marks",
    metadata,
    # A row for each thread in which a member of staff may have something unread, from `from_number` on. Written with
    # each message, taken away by reading, so that a badge over 100 000 threads looks only at what is unread. V6: no
    # mark, nothing unread.
    Column("person_id", PERSON, to("staff.person_id"), primary_key=True),
    Column("thread_id", THREAD, to("threads.id"), primary_key=True),
    Column("from_number", Integer, nullable=False),
    Index(None, "thread_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", DRAFT, primary_key=True),
    Column("person_id", PERSON, to("people.id"), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("thread_id", THREAD, to("threads.id")),
    Column("workspace_id", WORKSPACE, to("workspaces.id")),
    Column("kind", Word(ThreadKind)),
    Column("recipients", JSON),  # ids of the people named
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default=""),
    Column("locked", Boolean, nullable=False, server_default=false()),
    Column("cursor", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False),
    Index(None, "person_id", "at"),
    Index(None, "thread_id"),
    sqlite_autoincrement=True,
)

templates = Table(
    "templates",
    metadata,
    Column("id", TEMPLATE, primary_key=True),
    Column("person_id", PERSON, to("staff.person_id")),
    Column("workspace_id", WORKSPACE, to("workspaces.id")),
    Column("name", Text, nullable=False),
    Column("name_key", KEY, nullable=False),
    Column("shortcut", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("(person_id IS NULL) <> (workspace_id IS NULL)", name="owned"),
    UniqueConstraint("person_id", "name_key"),
    UniqueConstraint("workspace_id", "name_key"),
    _index_of_some("uq_templates_person_shortcut", "person_id", "shortcut", unique=True,
          where="shortcut <> ''"),
    _index_of_some("uq_templates_workspace_shortcut", "workspace_id", "shortcut", unique=True,
          where="shortcut <> ''"),
    sqlite_autoincrement=True,
)  # fmt: skip

template_uses = Table(
    "template_uses",
    metadata,
    # Who inserts which templates, for the order of the picker (T2). Nobody's audit, like reading and drafts.
    Column("person_id", PERSON, to("staff.person_id"), primary_key=True),
    Column("template_id", TEMPLATE, to("templates.id"), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index(None, "template_id"),
)

# -- the ledger -------------------------------------------------------------------------------------------------------

_OPEN = "closed_at IS NULL"
_UNSETTLED = "settled_at IS NULL"
_RETRYING = "state = 'retrying'"
_CLAIMED = "claimed_by IS NOT NULL"
_TO_A_PHONE = "substr(address, 1, 1) = '+'"
# Alternatives, not IN: SQLite sees that `state = 'failed'` is one of them only so.
_STUCK = "state = 'held' OR state = 'unknown' OR state = 'failed' OR state = 'retrying'"

runs = Table(
    "runs",
    metadata,
    Column("id", RUN, primary_key=True),
    Column("thread_id", THREAD, to("threads.id"), nullable=False),
    Column("channel", Word(Channel), nullable=False),
    Column("kind", Word(RunKind), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer),  # fixed when it closes
    Column("opened_at", Instant, nullable=False),
    Column("leaves_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("settled_at", Instant),  # nothing of it is pending or claimed any more
    one_of("channel", Channel),
    one_of("kind", RunKind),
    CheckConstraint("(last IS NULL) = (closed_at IS NULL)", name="closed"),
    _index_of_some("uq_runs_open", "thread_id", "channel", "kind", unique=True, where=_OPEN),
    _index_of_some("ix_runs_unsettled", "leaves_at", where=_UNSETTLED),
    Index(None, "thread_id", "id"),
)

notifiers = Table(
    "notifiers",
    metadata,
    # A notifier at work. Its claims hold while `alive_until` is ahead of the store's clock.
    Column("id", String(32), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("alive_until", Instant, nullable=False),
)

paces = Table(
    "paces",
    metadata,
    # When the next letter by an account may go that takes only so many a minute (`Transport.known_as`; paces.py).
    Column("account", String(32), primary_key=True),
    Column("next_at", Instant, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("run_id", RUN, to("runs.id"), primary_key=True, autoincrement=False),
    Column("person_id", PERSON, to("people.id"), primary_key=True, autoincrement=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer),  # its own end, where the recipient left the audience; else the run's
    Column("state", Word(DeliveryState), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant),  # retrying
    Column("claimed_by", String(32)),  # a notifier; no foreign key, claims outlive the row of a dead one
    Column("fenced_at", Instant),  # when it left (N14); the Date of what left
    Column("address", Text),  # fixed at the fence
    Column("message_id", Text),  # likewise
    Column("letter", JSON),  # likewise: what made the text, so that an unknown can be sent again as it was
    Column("settled_at", Instant),
    # Comparisons, and "waiting" the first: SQLite makes an index of each list and searches it for each row, which takes
    # longer than all else that is done for a row of a broadcast.
    CheckConstraint(" OR ".join(f"state = '{word.value}'" for word in DeliveryState), name="state"),
    CheckConstraint(
        "state <> 'sending' AND state <> 'sent' AND state <> 'unknown' OR fenced_at IS NOT NULL", name="fenced"
    ),
    _index_of_some("ix_deliveries_claimed", "claimed_by", where=_CLAIMED),
    Index(None, "run_id", "state", "person_id"),
    # What wants somebody, or comes back, is a handful of rows in a ledger of millions: see notifiers.in_state.
    _index_of_some("ix_deliveries_stuck", "state", "run_id", "person_id", where=_STUCK),
    _index_of_some("ix_deliveries_next", "run_id", "next_at", where=_RETRYING),
    # Who has had which SMS (texting.py). Nobody is looked for in the whole ledger but for that: an index of everything
    # by person would be written all over by each broadcast.
    _index_of_some("ix_deliveries_texted", "person_id", "run_id", where=_TO_A_PHONE),
    sqlite_with_rowid=False,
)

gaps = Table(
    "gaps",
    metadata,
    # Messages inside a delivery's range at whose sending its recipient was not in the audience (N1): rare, somebody
    # has to leave and come back while a run is open.
    Column("run_id", RUN, primary_key=True, autoincrement=False),
    Column("person_id", PERSON, primary_key=True, autoincrement=False),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    ForeignKeyConstraint(["run_id", "person_id"], ["deliveries.run_id", "deliveries.person_id"], ondelete="CASCADE"),
)

folded = Table(
    "folded",
    metadata,
    # What is left of settled deliveries of old broadcasts (folding.py): everybody whose id is between these two had one
    # in this run, and it ended in this state. No two ranges of a run have anybody in common.
    Column("run_id", RUN, to("runs.id"), primary_key=True, autoincrement=False),
    Column("first_id", PERSON, primary_key=True, autoincrement=False),
    Column("last_id", PERSON, nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    one_of("state", sorted(SETTLED)),
    CheckConstraint("last_id >= first_id", name="range"),
    sqlite_with_rowid=False,
)

channels = Table(
    "channels",
    metadata,
    # What stops a whole channel (an account refused, a setting missing), for every terminal to show.
    Column("channel", Word(Channel), primary_key=True),
    Column("paused_at", Instant),
    Column("until", Instant),  # None: until somebody mends it
    Column("why", Text, nullable=False, server_default=""),
    Column("account", Text),  # of a pause until somebody mends it: salts and fingerprints of what was refused
    one_of("channel", Channel),
)

# -- the record -------------------------------------------------------------------------------------------------------

audit = Table(
    "audit",
    metadata,
    Column("id", RECORD, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who_id", PERSON, to("people.id")),  # None: the program itself
    Column("by_id", PERSON, to("people.id")),  # the member of staff signed in as a client (P3)
    Column("act", String(40), nullable=False),
    Column("what", String(40), nullable=False, server_default=""),  # an id
    Column("fields", JSON, nullable=False),  # names of fields, ids: never people's words (S2)
    Column("number", BigInteger, nullable=False),  # its place in the chain (chain.py): from 1, without gaps
    Column("hash", String(64), nullable=False),  # over the hash before it and all that it says
    CheckConstraint("number > 0", name="number"),
    UniqueConstraint("number"),  # two that wrote at once can never both go on behind the same record
    Index(None, "at", "id"),
)

audit_head = Table(
    "audit_head",
    metadata,
    # The end of the chain: the one row that whoever adds to it takes first. None before the first record.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
