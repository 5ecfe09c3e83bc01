"""TLS with a real handshake: the certificate is checked, and a password only goes through it (hazards 5, 6)."""

from __future__ import annotations

import shutil
import ssl

import pytest
from tests.delivery.authority import Authority
from tests.delivery.office import PATIENT, Office, account
from tests.delivery.scripted import Scripted

from msgcenter_tui.center import deliveries
from msgcenter_tui.delivery.accounts import Secret, Security
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, DeliveryState

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")

S = DeliveryState
HERE = "IP:127.0.0.1"
OFFERED = ("STARTTLS", "AUTH PLAIN")


def secured(server: Scripted, security: Security, trust: ssl.SSLContext | None) -> SmtpTransport:
    login = {"security": security, "username": "office", "password": Secret("pa55")}
    return SmtpTransport(account(server.port, **login), patience=PATIENT, tls=trust)


def paused(office: Office) -> str:
    return dict(office.world.run(deliveries.status, office.me).paused).get(Channel.EMAIL, "")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_mail_and_password_go_through_tls(
    sqlite_office: Office, authority: Authority, security: Security
) -> None:
    sqlite_office.broadcast_to(2)
    shown = authority.sign(HERE).context
    async with Scripted(tls=shown, implicit=security is Security.TLS, extensions=OFFERED) as server:
        tally = await sqlite_office.send(secured(server, security, authority.trust), connections=1)
    assert tally.sent == 2
    said = server.sessions[0].said
    assert any(line.startswith("AUTH PLAIN") for line in said)
    if security is Security.STARTTLS:
        commands = [line.partition(" ")[0] for line in said]
        assert commands[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize(
    ("host", "days", "trusted"),
    [(HERE, 1, False), ("DNS:mail.example", 1, True), ("IP:127.0.0.2", 1, True), (HERE, -1, True)],
    ids=["of nobody we trust", "of another host", "of another address", "expired"],
)
async def test_a_certificate_that_is_not_valid_stops_the_account(  # hazards 6
    sqlite_office: Office, authority: Authority, security: Security, host: str, days: int, trusted: bool
) -> None:
    sqlite_office.broadcast_to(1)
    shown = authority.sign(host, days=days).context
    trust = authority.trust if trusted else None
    async with Scripted(tls=shown, implicit=security is Security.TLS, extensions=OFFERED) as server:
        await sqlite_office.send(secured(server, security, trust))
        assert not any("AUTH" in line for session in server.sessions for line in session.said)
        assert not server.received
    assert sqlite_office.state() is S.WAITING
    assert "certificate" in paused(sqlite_office)
    sqlite_office.due(hours=3)
    assert "certificate" in paused(sqlite_office)  # nothing is tried in the clear, nor later by itself


async def test_a_port_that_speaks_no_tls_stops_the_account(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    async with Scripted() as server:
        await sqlite_office.send(secured(server, Security.TLS, None))
    assert sqlite_office.state() is S.WAITING
    assert "agree on no encryption" in paused(sqlite_office)
