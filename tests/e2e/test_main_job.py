"""The main job by keys alone, in a real terminal: from a new thread to All Clients to a portal and a mailbox."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal, message_center

from msgcenter_tui.center import clients, identity, portal, reading, teams, threads
from msgcenter_tui.demo import DemoPlace, running
from msgcenter_tui.demo.people import ANA, BRIGHT, MAYA, STAFF
from msgcenter_tui.domain import Actor, Client, Consent, Status
from msgcenter_tui.store.store import Store, open_store

SIZES = [(80, 24), pytest.param(120, 36, marks=pytest.mark.soak)]
QUIET = 5
FIRST, LAST = "3 March", "9 March"
LATE, LATE_ADDRESS = "Nia Late", "nia.late@example.com"


@dataclass(frozen=True)
class Figures:
    """Who is reached, of the clients there are now; computed here, apart from the center."""

    active: int
    leads: int
    email: int
    sms: int
    people: int
    portal_only: int
    unreachable: int

    @classmethod
    def of(cls, everybody: list[Client]) -> Figures:
        current = [one for one in everybody if one.status in (Status.ACTIVE, Status.LEAD)]  # A1
        email = {one.id for one in current if one.email and not one.email_muted}  # N3
        sms = {one.id for one in current if one.phone_number and one.consent is Consent.ACTIVE}
        left = [one for one in current if one.id not in email | sms]  # N4
        return cls(
            active=sum(one.status is Status.ACTIVE for one in current),
            leads=sum(one.status is Status.LEAD for one in current),
            email=len(email),
            sms=len(sms),
            people=len(email | sms),
            portal_only=sum(one.portal for one in left),
            unreachable=sum(not one.portal for one in left),
        )

    def said(self) -> tuple[str, ...]:
        """What the last look has to say (S3)."""
        return (
            f"{self.active + self.leads} clients: {self.active} Active, {self.leads} Lead",
            f"{self.people} people will be notified ({self.email} e-mail, {self.sms} SMS)",
            f"{self.portal_only} {'finds' if self.portal_only == 1 else 'find'} it in the portal only",
            f"{self.unreachable} {'is' if self.unreachable == 1 else 'are'} reached by nothing",
        )


def bright_clients(store: Store) -> list[Client]:
    maya = store.run(identity.who, STAFF[MAYA])
    bright = store.run(teams.find_workspace, maya, BRIGHT)
    return list(store.run(clients.list_clients, maya, workspace=bright.id, limit=200).items)


def the_main_job(terminal: Terminal, figures: Figures, quiet: int) -> None:
    """Read, write to All Clients, see it in two portals, find the mail: what a stranger does first."""
    terminal.wait("Holiday schedule", "The 23rd")
    _write(terminal)
    _look_and_send(terminal, figures, quiet)
    _see_it_in_the_portal(terminal)
    _add_a_client(terminal)
    _see_it_in_the_portal_of_the_new_one(terminal)  # V2
    _find_the_mail(terminal)


def _write(terminal: Terminal) -> None:
    terminal.press("n").wait("⌂ All Clients", "All Team Members", "Choose whom it goes to")
    terminal.press("enter").wait("goes on", "will be notified")
    terminal.press("enter").wait("Subject (optional)", "Write your message")
    terminal.press("ctrl+t").wait("/holiday")
    terminal.type("holi").wait("Holiday closing", "blanks to fill").wait_gone("/welcome")
    terminal.press("enter").wait("Dear {{ client.first_name }},", "Holiday schedule", "[[first day]]")
    terminal.settle().type(FIRST).wait(f"we are closed from {FIRST} to [[last day]]")  # T7: the first blank is chosen
    terminal.press("tab").settle().type(LAST)
    terminal.wait(f"we are closed from {FIRST} to {LAST}.").wait_gone("✗")


def _look_and_send(terminal: Terminal, figures: Figures, quiet: int) -> None:
    terminal.press("ctrl+s").wait("Send to All Clients of Bright Beginnings?", "From Bright Beginnings")
    terminal.wait(*figures.said())
    terminal.press("y").wait("Holiday schedule", f"we are closed from {FIRST} to {LAST}.", "takes it back")
    left = re.search(r"(\d+) notifications leave in (\d+) s", terminal.words)  # N5
    assert left is not None, terminal.text
    assert int(left[1]) == figures.email + figures.sms
    assert int(left[2]) <= quiet


def _see_it_in_the_portal(terminal: Terminal) -> None:
    terminal.press("p").wait("whose portal?")
    terminal.type(ANA).wait(ANA, "● on").wait_gone("Agnès Boucher", "Cora Lin")
    terminal.press("enter")
    _open_it(terminal, ANA, "Dear Ana,")
    terminal.press("esc").wait_gone("Client portal of").wait(ANA)
    terminal.press("esc").wait("whose portal?")


def _see_it_in_the_portal_of_the_new_one(terminal: Terminal) -> None:
    terminal.press("p")
    _open_it(terminal, LATE, "Dear Nia,")
    terminal.press("esc").wait_gone("Client portal of").wait("Clients of")


def _open_it(terminal: Terminal, name: str, greeting: str) -> None:
    terminal.wait(f"Client portal of {name}", "● Holiday schedule", "signed in as")  # R1, V2: there, and unread
    terminal.press("enter").wait(greeting, f"we are closed from {FIRST} to {LAST}.", "Replies are off")  # T5, L1
    assert "{{" not in terminal.text
    assert "‹" not in terminal.text
    terminal.settle().press("esc").wait("Open")


def _add_a_client(terminal: Terminal) -> None:
    terminal.press("c").wait("Clients of")
    terminal.press("n").wait("New client", "E-mail", "Workspace")
    terminal.settle().type(LATE).wait(LATE)
    terminal.press("enter").settle().type(LATE_ADDRESS).wait(LATE_ADDRESS).settle()
    if "[x] They can sign in" not in terminal.words:
        terminal.wait("[x] They can sign in")  # ticked by the address
    terminal.press("ctrl+s").wait_gone("[x] They can sign in").wait(LATE)


def _find_the_mail(terminal: Terminal) -> None:
    """Cora's, not Ana's: she may have read it in her portal before it left (N6)."""
    terminal.press("m").wait("search recipients")
    terminal.press("/").settle().type("cora.lin").wait("cora.lin@example.com").wait_gone("ines.marchetti@example.org")
    terminal.press("enter").settle()
    for _ in range(60):  # the newest is of an earlier schedule until it has come
        terminal.press("home").settle().press("enter").wait(
            "To cora.lin@example.com", "Subject Holiday schedule"
        ).settle()
        if f"from {FIRST} to {LAST}." in terminal.words:
            break
        terminal.press("esc").settle()
    terminal.wait("Dear Cora,", f"from {FIRST} to {LAST}.")
    assert "{{" not in terminal.text


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_main_job_by_keys_alone(columns: int, rows: int, center: Open, store: Store, place: DemoPlace) -> None:
    figures = Figures.of(bright_clients(store))
    terminal = center(columns=columns, rows=rows, environment={"MSGCENTER_NOTIFY_QUIET_PERIOD": str(QUIET)})
    the_main_job(terminal, figures, QUIET)
    _the_store_agrees(store)
    assert terminal.press("q").wait_end() == 0  # everything has left: nothing is asked


def _the_store_agrees(store: Store) -> None:
    """What was seen is what is: the thread is unread for nobody who opened it, and the late one gets no mail (N1)."""
    maya = store.run(identity.who, STAFF[MAYA])
    newest = store.run(threads.list_threads, maya, search=LAST).items[0]
    for address in ("ana.flores@example.com", LATE_ADDRESS):
        client = _in_the_portal(store, maya, address)
        row = next(one for one in store.run(threads.list_threads, client).items if one.id == newest.id)
        assert row.unread == 0, address
        assert store.run(reading.badge, client).threads > 0 or address != LATE_ADDRESS


def _in_the_portal(store: Store, maya: Actor, address: str) -> Actor:
    client = next(one for one in bright_clients(store) if one.email == address)
    return store.run(portal.sign_in, maya, client.id, yes=True)


@pytest.mark.soak
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_main_job_in_the_demonstration_itself(
    columns: int, rows: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`msgcenter demo`, made while one waits, with its own quiet period: in under a minute from the first screen."""
    with message_center(
        "demo", columns=columns, rows=rows, environment={"MSGCENTER_DEMO": str(tmp_path / "new")}
    ) as terminal:
        terminal.wait("Holiday schedule")
        store = open_store(str(DemoPlace(tmp_path / "new").database))
        figures = Figures.of(bright_clients(store))
        store.close()
        began = time.monotonic()
        the_main_job(terminal, figures, int(running.POLICY.quiet_period.total_seconds()))
        took = time.monotonic() - began
    with capsys.disabled():
        print(f"\nthe main job at {columns}x{rows}: {took:.1f} s")
    assert took < 60
