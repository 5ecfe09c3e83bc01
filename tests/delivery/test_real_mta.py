"""A real mail server: Postfix takes what the notifier sends, in the clear and by STARTTLS, and passes all of it on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.delivery.authority import Authority
from tests.delivery.office import PATIENT, Office, account
from tests.delivery.postfix import CannotStart, postfix
from tests.delivery.scripted import Mail, Scripted

from msgcenter_tui.delivery.accounts import Security
from msgcenter_tui.delivery.smtp import SmtpTransport

MAILS = 50
PATIENCE = 60


@asynccontextmanager
async def before(onward: Scripted, authority: Authority | None) -> AsyncIterator[int]:
    """Postfix in front of the server that gets everything in the end."""
    shown = authority.sign("IP:127.0.0.1") if authority is not None else None
    running = postfix(onward.port, shown)
    try:
        port = await asyncio.to_thread(running.__enter__)
    except CannotStart as why:
        pytest.skip(str(why))
    try:
        yield port
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def arrived(server: Scripted) -> list[Mail]:
    while len(server.mails) < MAILS:
        server.dotted.clear()
        await server.dotted.wait()
    return server.mails


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS])
async def test_postfix_takes_all_and_passes_on_what_the_ledger_says(
    sqlite_office: Office, tmp_path: Path, security: Security
) -> None:
    if security is not Security.NONE and shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    authority = Authority(tmp_path) if security is Security.STARTTLS else None
    sqlite_office.broadcast_to(MAILS)
    async with Scripted() as onward, before(onward, authority) as port:
        trust = authority.trust if authority is not None else None
        by = SmtpTransport(account(port, security=security), patience=PATIENT, tls=trust)
        assert (await sqlite_office.send(by, connections=4)).sent == MAILS
        mails = await asyncio.wait_for(arrived(onward), PATIENCE)
    rows = sqlite_office.rows()
    assert {(mail.to, mail.message_id) for mail in mails} == {(row.address, row.message_id) for row in rows}
    assert all(b"We open on Monday." in mail.content for mail in mails)
    if authority is not None:
        assert all(b"using TLSv1" in mail.content for mail in mails)  # Postfix says so in its Received line
