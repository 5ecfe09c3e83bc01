"""TLS with a real handshake: the certificate is checked, and a password only goes through it (hazards 5, 6)."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable

import pytest
from tests.delivery.office import PATIENT, Office, account
from tests.delivery.scripted import Scripted

from msgcenter_tui.center import deliveries
from msgcenter_tui.delivery.accounts import Secret, Security
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, DeliveryState

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")

S = DeliveryState


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]:
    """Makes a certificate for a host: what the server shows, and the trust of a client in just that."""
    folder = tmp_path_factory.mktemp("certificates")

    def make(host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        key, cert = folder / f"{len(host)}.key", folder / f"{len(host)}.pem"
        name = f"subjectAltName={host}"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", name, "-keyout", str(key), "-out", str(cert)],
            check=True, capture_output=True,
        )  # fmt: skip
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(cert, key)
        return server, ssl.create_default_context(cafile=str(cert))

    return make


def secured(server: Scripted, security: Security, trust: ssl.SSLContext | None) -> SmtpTransport:
    login = {"security": security, "username": "office", "password": Secret("pa55")}
    return SmtpTransport(account(server.port, **login), patience=PATIENT, tls=trust)


def paused(office: Office) -> str:
    return dict(office.world.run(deliveries.status, office.me).paused).get(Channel.EMAIL, "")


Make = Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_mail_and_password_go_through_tls(sqlite_office: Office, certificate: Make, security: Security) -> None:
    sqlite_office.broadcast_to(2)
    shown, trust = certificate("IP:127.0.0.1")
    async with Scripted(tls=shown, implicit=security is Security.TLS, extensions=("STARTTLS", "AUTH PLAIN")) as server:
        tally = await sqlite_office.send(secured(server, security, trust), connections=1)
    assert tally.sent == 2
    said = server.sessions[0].said
    assert any(line.startswith("AUTH PLAIN") for line in said)
    if security is Security.STARTTLS:
        commands = [line.partition(" ")[0] for line in said]
        assert commands[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize("host", ["DNS:mail.example", "IP:127.0.0.1"])
async def test_6_a_certificate_that_is_not_valid_stops_the_account(
    sqlite_office: Office, certificate: Make, security: Security, host: str
) -> None:
    sqlite_office.broadcast_to(1)
    shown, trust = certificate(host)
    # Of another host it is not valid though it is trusted; without being trusted not even of the right one.
    known = trust if host.startswith("DNS") else None
    async with Scripted(tls=shown, implicit=security is Security.TLS, extensions=("STARTTLS", "AUTH PLAIN")) as server:
        await sqlite_office.send(secured(server, security, known))
        assert not any("AUTH" in line for session in server.sessions for line in session.said)
        assert not server.received
    assert sqlite_office.state() is S.WAITING
    assert "certificate" in paused(sqlite_office)


async def test_a_port_that_speaks_no_tls_stops_the_account(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    async with Scripted() as server:
        await sqlite_office.send(secured(server, Security.TLS, None))
    assert sqlite_office.state() is S.WAITING
    assert "agree on no encryption" in paused(sqlite_office)
