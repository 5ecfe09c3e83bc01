"""`audience` and `catch-up`: pages, filters and a spreadsheet that runs nothing."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.cli.conftest import ANA, MAYA, TEAM, Shell

ROW = {
    "client", "name", "kind", "status", "sees", "why", "notified", "why_not", "deliveries", "read", "read_up_to",
    "read_at", "last_read_at",
}  # fmt: skip
DELIVERY = {"channel", "state", "at", "why", "id", "kind"}
AHEAD = {"client", "name", "kind", "status", "channels", "in_portal", "excluded", "why"}


def joins(shell: Shell, name: str, *more: str) -> str:
    address = f"{name.lower()}@mail.example"
    added = shell.ask("clients", "add", name, "--in", TEAM, "--status", "active", "--email", address, *more)
    return str(added["id"])


def names(shell: Shell, *words: str) -> list[str]:
    return [row["name"] for row in shell.ask("audience", *words)["clients"]]


def test_the_audience_says_who_saw_it_and_who_was_notified(shell: Shell, broadcast: str) -> None:  # V1, R4, N1
    joins(shell, "Bo", "--portal")
    joins(shell, "Cy")
    shell.say("--as", ANA, "show", broadcast)
    told = shell.ask("audience", broadcast)
    ana, bo, cy = told["clients"]
    assert all(row.keys() == ROW for row in (ana, bo, cy))
    assert told["next"] is None
    (delivery,) = ana["deliveries"]
    assert delivery.keys() == DELIVERY
    assert (delivery["channel"], delivery["state"], delivery["at"]) == ("email", "waiting", None)
    assert (ana["sees"], ana["read"], ana["notified"]) == (True, True, "under-way")
    assert ana["read_at"] is not None
    assert (bo["sees"], bo["why"], bo["deliveries"], bo["why_not"]) == (True, "Active, portal on", [], "joined later")
    assert (cy["sees"], cy["why"], cy["read_at"]) == (False, "the portal is off", None)
    assert told["counts"]["all"] == 3
    assert told["counts"]["read"] == 1
    assert "joined later" in shell.say("audience", broadcast)
    assert shell.say("audience", broadcast).startswith("3 people: 2 see it, 1 has read it; ")
    assert shell.say("audience", broadcast, "--search", "bo").startswith("1 person: 1 sees it, 0 have read it; ")


def test_pages_filters_and_search(shell: Shell, broadcast: str) -> None:
    for name in ("Bo", "Cy", "Di"):
        joins(shell, name, "--portal")
    first = shell.ask("audience", broadcast, "--limit", "3")
    second = shell.ask("audience", broadcast, "--limit", "3", "--after", first["next"])
    assert [row["name"] for page in (first, second) for row in page["clients"]] == ["Ana Flores", "Bo", "Cy", "Di"]
    assert second["next"] is None
    assert "counts" not in second
    assert names(shell, broadcast, "--filter", "not-notified") == ["Bo", "Cy", "Di"]
    assert names(shell, broadcast, "--search", "FLO") == ["Ana Flores"]
    assert "not-reached" in shell.fail(2, "audience", broadcast, "--filter", "nobody")


def test_nothing_is_told_to_who_does_not_see_it(shell: Shell, broadcast: str) -> None:  # S4, V5
    shell.say("staff", "add", "Nora", "--email", "nora@practice.example")
    for who in ("nora@practice.example", ANA):
        for command in ("audience", "catch-up"):
            assert "there is no thread" in shell.fail(1, "--as", who, command, broadcast)
    assert "name a thread" in shell.fail(2, "--as", MAYA, "audience")


def test_a_catch_up_asks_first_and_shows_in_the_audience(shell: Shell, broadcast: str) -> None:  # N11
    joins(shell, "Bo", "--portal")
    told = {"notified": {"people": 1, "email": 1, "sms": 0}}
    assert shell.ask("catch-up", broadcast, "--dry-run") == told
    assert "1 person will be notified" in shell.fail(1, "catch-up", broadcast)
    assert shell.ask("catch-up", broadcast, "--yes") == told
    bo = shell.ask("audience", broadcast, "--search", "bo")["clients"][0]
    assert [(one["kind"], one["state"]) for one in bo["deliveries"]] == [("catch-up", "waiting")]
    assert shell.ask("catch-up", broadcast, "--undo") == {"cancelled": 1}
    assert "no catch-up to take back" in shell.fail(1, "catch-up", broadcast, "--undo")
    assert shell.say("catch-up", broadcast, "--yes") == (
        "1 person to notify (1 by e-mail, 0 by SMS); it waits: e-mail is not configured\n"  # N13
    )
    assert shell.say("catch-up", broadcast, "--yes") == "Nobody is left to notify.\n"


def test_who_would_get_it(shell: Shell, broadcast: str) -> None:  # N4
    joins(shell, "Bo")
    shell.say("clients", "add", "Nobody", "--in", TEAM)
    shell.say("clients", "add", "Past", "--in", TEAM, "--status", "Complete")
    new = shell.ask("audience", "--to", "all-clients", "--from", TEAM)["clients"]
    assert all(row.keys() == AHEAD for row in new)
    assert [(row["name"], row["channels"], row["in_portal"], row["excluded"], row["why"]) for row in new] == [
        ("Ana Flores", ["email"], True, False, ""),
        ("Bo", ["email"], False, False, ""),
        ("Nobody", [], False, False, "is reached by nothing: no e-mail address, no phone number"),
        ("Past", [], False, True, "Complete"),
    ]
    assert shell.ask("audience", broadcast, "--ahead")["clients"] == new
    assert names(shell, "--to", "all-clients", "--from", TEAM, "--filter", "excluded") == ["Past"]
    assert names(shell, "--to", ANA, "--from", TEAM) == ["Ana Flores"]
    assert "--from" in shell.fail(2, "audience", "--to", "all-clients")


@pytest.mark.parametrize("name", ["=1+1", "+12", "-2", "@SUM(A1)", "＝1", "'=fine"])
def test_the_spreadsheet_runs_nothing(shell: Shell, broadcast: str, name: str) -> None:
    shell.say("clients", "add", f'{name}, "x"', "--in", TEAM, "--note", "n")
    rows = list(csv.DictReader(io.StringIO(shell.say("audience", broadcast, "--csv"))))
    cell = next(row["name"] for row in rows if row["name"] != "Ana Flores")
    assert cell.removeprefix("'") == f'{name}, "x"'.removeprefix("'")
    assert cell[0] == "'"
    assert rows[0]["email_state" if rows[0]["name"] == "Ana Flores" else "email_at"] in ("waiting", "")


def test_the_spreadsheet_holds_everybody_page_by_page(
    shell: Shell, broadcast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgcenter_tui.cli import audience

    monkeypatch.setattr(audience, "_PAGE", 2)
    for name in ("Bo", "Cy", "Di", "Ed"):
        joins(shell, name)
    for words in ((broadcast,), (broadcast, "--ahead")):
        rows = list(csv.DictReader(io.StringIO(shell.say("audience", *words, "--csv"))))
        assert [row["name"] for row in rows] == ["Ana Flores", "Bo", "Cy", "Di", "Ed"]
    assert "--json" in json.dumps(shell("--json", "audience", broadcast, "--csv").err)
