"""`msgcenter serve`: what it refuses, and what its pages are started with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import ANA, MAYA, Shell

from msgcenter_tui.cli import pages
from msgcenter_tui.domain import Actor, PersonId, PersonKind, Policy

MAYA_ACTS = Actor(PersonId("7"), PersonKind.STAFF, "Maya")
SECRET = "postgresql://maya:pa55@db.example/center"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "office.example"])
def test_other_machines_are_served_only_after_a_question(shell: Shell, host: str) -> None:
    said = shell.fail(1, "serve", "--host", host)
    assert "everybody who has the address acts as Maya Ortiz" in said
    assert "nothing is encrypted" in said
    assert said.endswith("say it again with --yes to go on")


def test_a_clients_portal_is_not_served(shell: Shell) -> None:
    assert "real sign-in" in shell.fail(1, "serve", "--as", ANA)


def test_an_empty_store_is_not_served(empty: Shell) -> None:
    assert "the store has no staff yet" in empty.fail(1, "serve")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--port", "70000"), "--port 70000"),
        (("--port", "-1"), "--port -1"),
        (("--pages", "0"), "--pages 0"),
        (("--url", "center.example.org"), "https://center.example.org"),
        (("--demo",), "--db"),
    ],
)
def test_wrong_usage_is_said(shell: Shell, options: tuple[str, ...], why: str) -> None:
    assert why in shell.fail(2, "serve", *options)


def test_a_port_that_somebody_has_is_said(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1, port {port}" in shell.fail(3, "serve", "--port", str(port))


@pytest.mark.parametrize("missing", ["aiohttp", "textual_serve"])
def test_where_its_libraries_are_missing_it_says_what_to_install(
    shell: Shell, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("msgcenter_tui.serving.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert "msgcenter-tui[serve]" in shell.fail(3, "serve", "--as", MAYA)


def test_no_secret_of_the_store_is_in_the_command_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody on the machine can read with what a process was started."""
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    environment = pages.environment(SECRET, MAYA_ACTS, Policy())
    assert not any(SECRET in word for word in pages.command())
    assert environment["MSGCENTER_DB"] == SECRET
    assert environment["MSGCENTER_AS"] == "7"
    assert environment["PYTHONPATH"].split(os.pathsep)[-1] == "/somewhere"


def test_a_page_imports_nothing_from_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "msgcenter_tui").mkdir()
    (tmp_path / "msgcenter_tui" / "__init__.py").write_text("raise SystemExit('not ours')")
    done = subprocess.run(
        [*pages.command(), "--version"],
        cwd=tmp_path,
        env=dict(pages.environment("", MAYA_ACTS)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("msgcenter ")


def test_the_policy_of_the_demonstration_goes_to_its_pages() -> None:
    from msgcenter_tui import config
    from msgcenter_tui.demo.running import POLICY

    environment = pages.environment("store.db", MAYA_ACTS, POLICY)
    assert config.load(environ=environment).policy == POLICY
    assert config.load(environ=environment).acts_as == "7"
    assert "MSGCENTER_NOTIFY_QUIET_PERIOD" not in pages.environment("store.db", MAYA_ACTS)


def test_only_its_driver_makes_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not pages.here()
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    assert not pages.here()
    monkeypatch.setenv("TEXTUAL_DRIVER", pages.environment("", MAYA_ACTS)["TEXTUAL_DRIVER"])
    assert pages.here()
