"""Keys that come faster than the screen, on a slow line or a busy machine, do what they do when they come slowly."""

from __future__ import annotations

from tests.e2e.conftest import Open
from tests.e2e.terminal import KEYS

from msgcenter_tui.center import clients, drafts, identity
from msgcenter_tui.demo.people import ANA, MAYA, STAFF
from msgcenter_tui.store.store import Store


def burst(*keys: str) -> str:
    """Keys and texts as one write."""
    return "".join(KEYS.get(key, key) for key in keys)


def test_letters_do_not_overtake_arrows(center: Open, store: Store) -> None:
    terminal = center()
    terminal.wait("Holiday schedule", "The 23rd").press("enter").wait("on the 23rd still on?").press("r")
    terminal.wait("Łucja Wiśniewska", "^s send")
    terminal.press(
        burst("one three", *["left"] * 5, "two ", "end", " for", "backspace", "backspace", "our", "home", "0 ")
    )
    terminal.wait("0 one two three four")
    maya = store.run(identity.who, STAFF[MAYA])
    terminal.until(lambda: "0 one two three four" in [draft.body for draft in store.run(drafts.list_drafts, maya)])


def test_what_follows_a_key_goes_where_the_key_leads(center: Open, store: Store) -> None:
    terminal = center()
    terminal.wait("Holiday schedule", "The 23rd").press("c").wait("Clients of", ANA)
    name, address = "Fast Hand", "fast.hand@example.com"
    terminal.press(burst("n", name, "enter", address, "ctrl+s")).wait(name)
    maya = store.run(identity.who, STAFF[MAYA])
    terminal.until(lambda: store.run(clients.list_clients, maya, search=address).items)
    (added,) = store.run(clients.list_clients, maya, search=address).items
    assert (added.name, added.email) == (name, address)


def test_enter_takes_what_was_typed_and_nobody_else(center: Open) -> None:  # P1
    terminal = center()
    terminal.wait("Holiday schedule", "The 23rd").press(burst("p", "cora l", "enter"))
    terminal.wait("Client portal of Cora Lin")


def test_a_name_typed_in_one_go_is_who_gets_it(center: Open) -> None:
    terminal = center()
    terminal.wait("Holiday schedule", "The 23rd").press(burst("n", "cora l", "enter")).wait("1 person will be notified")
    terminal.press(burst("enter", "Subject", "enter", "Hello!")).wait("To Cora Lin", "Subject", "Hello!")
