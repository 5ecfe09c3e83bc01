"""Looking at everybody before a send, and the keys meanwhile: python -m bench.preview_scan [CLIENTS].

The check is the preview's, some thousand clients in a transaction, beside a bare SELECT of the same rows in the same
run. The keys are those of the preview's own screen, in the app in a real pseudo-terminal, while it checks.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import ledgers
from bench.keys import surroundings
from sqlalchemy import func, or_, update
from sqlalchemy import select as sql
from tests.delivery.office import Office

from msgcenter_tui.center import previews
from msgcenter_tui.domain import Consent, Recipients, Scanned, ThreadKind, Unsent
from msgcenter_tui.rules import notables
from msgcenter_tui.store.tables import clients, people

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

ROUNDS = 3
KEYS = 200
BODY = (
    "Dear {{ client.first_name }},\n\nwe are closed from Monday to Friday. For anything urgent call the number on your "
    'plan, or we call {{ client.phone | default: "you" }}.\n\n{{ sender.name }}, {{ workspace.name }}'
)


def practice(path: Path, number: int) -> Office:
    """Half of them with a number and consent to SMS."""
    office = ledgers.office_of(str(path))
    office.crowd(number)
    with office.store.write() as tx:
        number_of_each = "+1202" + func.substr(clients.c.email, 8, 7)  # client.1000001@...
        texted = {"phone": number_of_each, "phone_number": number_of_each, "consent": Consent.ACTIVE}
        even = sql(people.c.id).where(or_(*(people.c.name.like(f"%{digit}") for digit in "02468")))
        tx.conn.execute(update(clients).where(clients.c.person_id.in_(even)).values(texted))
    return office


def checked(office: Office, unsent: Unsent) -> tuple[Scanned, float]:
    """What was found, and the longest that one transaction took."""
    so_far, after, longest = Scanned(), None, 0.0
    while True:
        began = time.perf_counter()
        more = office.store.run(previews.scan, office.me, unsent, after=after)
        longest = max(longest, time.perf_counter() - began)
        so_far, after = notables.added(so_far, more), more.next
        if after is None:
            return so_far, longest


def bare(office: Office) -> int:
    """The same rows, and nothing done with them."""
    rows = sql(
        clients.c.person_id, people.c.name, clients.c.email, clients.c.phone, clients.c.email_muted,
        clients.c.phone_number, clients.c.consent, clients.c.portal,
    ).join(people, people.c.id == clients.c.person_id)  # fmt: skip
    with office.store.read() as tx:
        return len(tx.conn.execute(rows.where(clients.c.workspace_id == office.team.id)).all())


def best(work: object) -> tuple[float, float]:
    """Seconds of the wall and of the processor, the best of some rounds."""
    assert callable(work)
    times = []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began, time.process_time() - worked))
    return min(times)


def form(terminal: Terminal) -> object:
    """Which form of the message is shown."""
    text = terminal.text
    return "e-mail" if "From " in text else "SMS" if "Takes " in text or "No SMS" in text else "portal"


def keys_meanwhile(folder: Path, office: Office) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to its paint: when everybody was looked at, and while the check runs."""
    from bench.ui_while_delivering import paint
    from tests.e2e.terminal import message_center

    office.direct(office.add("Somebody")[0])
    office.broadcast("First", subject="Opening")
    terminal: Terminal = message_center(
        "--db", str(folder / "store.db"), "--as", office.maya.email,
        environment={**surroundings(folder), "MSGCENTER_NOTIFY_QUIET_PERIOD": "600"},
    )  # fmt: skip
    idle: list[float] = []
    found: list[float] = []
    try:
        terminal.wait("Opening").settle().press("r").wait("^s send")
        terminal.type(BODY.replace("\n", " ")).wait("workspace.name")
        while len(found) < KEYS:
            terminal.press("ctrl+g").wait("Looked at")
            while True:
                took = paint(terminal, "tab", form)
                if "looked at" in terminal.text or len(found) >= KEYS:
                    break
                found.append(took)
            if not idle:
                terminal.wait("looked at").settle()
                idle = [paint(terminal, "tab", form) for _ in range(KEYS)]
            terminal.press("esc").wait("^s send").settle()
    finally:
        terminal.kill()
    return idle, found


def main(number: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = practice(folder / "store.db", number)
        everybody = Recipients(ThreadKind.ALL_CLIENTS)
        unsent = Unsent(BODY, recipients=everybody, workspace=office.team.id)
        found, longest = checked(office, unsent)
        assert found.looked == found.total == number
        check, worked = best(lambda: checked(office, unsent))
        select, selecting = best(lambda: bare(office))
        print(f"preview: {number} clients looked at before a send, best of {ROUNDS}")
        ratio = f"{worked / selecting:.1f} x that of the SELECT"
        print(f"  the check       {check:6.2f} s   {worked:6.2f} s of a processor, {ratio}")
        print(f"  a bare SELECT   {select:6.2f} s   {selecting:6.2f} s")
        print(f"  the longest transaction {longest * 1000:6.0f} ms, after which one may stop")
        if importlib.util.find_spec("pexpect") is None or importlib.util.find_spec("pyte") is None:
            print("  keys: left out, pexpect and pyte are not installed")
        else:
            for when, times in zip(("idle", "while it checks"), keys_meanwhile(folder, office), strict=True):
                print(
                    f"  from a key to its paint, {when:16} median{median(times):7.1f} ms   "
                    f"99 of 100{quantiles(times, n=100)[98]:7.1f} ms   longest{max(times):7.1f} ms"
                )
        office.store.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
