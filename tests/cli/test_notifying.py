"""The notifier inside the app follows the account, and an account is tried before it is trusted."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.conftest import TEAM, Shell

from msgcenter_tui import config
from msgcenter_tui.cli.notifying import InApp, send_test
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.domain import Policy
from msgcenter_tui.errors import ServerUnavailable
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store

SENDER = "Practice <office@practice.example>"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    with Catcher(tmp_path / "caught") as catcher:
        yield catcher


async def test_a_test_mail_arrives(catcher: Catcher) -> None:
    await send_test(catcher.account(SENDER), "maya@practice.example")
    (mail,) = catcher.mails()
    assert (mail.to, mail.subject) == ("maya@practice.example", "Test of your mail account")
    assert "works" in mail.body


async def test_a_test_mail_that_is_refused_says_why(catcher: Catcher) -> None:
    with pytest.raises(ServerUnavailable, match="No such mailbox"):
        await send_test(catcher.account(SENDER), "refused@practice.example")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ServerUnavailable, match="not sent"):
        await send_test(replace(catcher.account(SENDER), port=port), "maya@practice.example")
    with pytest.raises(ServerUnavailable, match="not sent"):
        await send_test(catcher.account(SENDER), "nonsense")


async def test_the_notifier_in_the_app_begins_when_an_account_is_there(
    shell: Shell, broadcast: str, catcher: Catcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, loop, keep = asyncio.Event(), asyncio.get_running_loop(), catcher.keep_mail

    def kept(to: str, content: bytes) -> None:
        keep(to, content)
        loop.call_soon_threadsafe(arrived.set)

    monkeypatch.setattr(catcher, "keep_mail", kept)
    store = Store(shell.database, policy=Policy())
    front = Front(store)
    nothing = config.load(tmp_path / "none.toml", environ={})
    notifier = InApp(front, replace(nothing, smtp=config.Smtp("", 0, "none", "", password=_broken())))
    try:
        notifier.start()
        await notifier.ready()
        assert "cannot be had" in notifier.status
        smtp = config.Smtp("127.0.0.1", catcher.port, "none", SENDER)
        await notifier.restart(replace(nothing, smtp=smtp))
        thread = await asyncio.to_thread(_send_quickly, shell)
        async with asyncio.timeout(30):
            await arrived.wait()
        assert notifier.status == ""
        assert thread != broadcast
    finally:
        await notifier.stop()
        await front.close()
        store.close()


async def test_whoever_quits_waits_for_no_password(shell: Shell, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    os.mkfifo(locked)
    store = Store(shell.database, policy=Policy())
    front = Front(store)
    password = config.Password("password_command", ("cat", str(locked)), "smtp.password_command")
    smtp = config.Smtp("127.0.0.1", 25, "none", SENDER, username="maya", password=password)
    notifier = InApp(front, replace(config.load(tmp_path / "none.toml", environ={}), smtp=smtp)).start()
    asked = await asyncio.to_thread(os.open, locked, os.O_WRONLY)  # once the command reads
    try:
        await asyncio.wait_for(notifier.stop(), 30)
    finally:
        os.close(asked)
        await front.close()
        store.close()


def _broken() -> config.Password:
    return config.Password("password_command", ("false",), "smtp.password_command")


def _send_quickly(shell: Shell) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MSGCENTER_NOTIFY_QUIET_PERIOD", "0")
        sent = shell.ask("send", "--to", "ana@mail.example", "--from", TEAM, "--body", "Now")
    thread: str = sent["thread"]
    return thread
