"""A certificate authority of the tests' own, by the openssl command: what a mail server shows, and who trusts it."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_TIME = "%Y%m%d%H%M%SZ"


@dataclass(frozen=True)
class Shown:
    """A server's certificate and its key, both in files."""

    certificate: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """Signs what it is asked to. `hosts` are as in a certificate: DNS:mail.example, IP:127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._root = self._folder / "root.pem"
        _openssl(
            "req", "-x509", *_NEW_KEY, "-days", "2", "-subj", "/CN=Test authority",
            "-addext", "keyUsage=critical,keyCertSign",
            "-keyout", self._root.with_suffix(".key"), "-out", self._root,
        )  # fmt: skip

    @property
    def trust(self) -> ssl.SSLContext:
        """A client's that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self._root))

    def sign(self, host: str, *, days: int = 1) -> Shown:
        """A certificate for a host; with negative `days` it has expired."""
        self._made += 1
        shown = Shown(self._folder / f"{self._made}.pem", self._folder / f"{self._made}.key")
        request, names = self._folder / "request.pem", self._folder / "names"
        # Python 3.13 and newer take a certificate only as RFC 5280 wants it.
        names.write_text(f"subjectAltName={host}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        _openssl("req", "-new", *_NEW_KEY, "-subj", "/CN=server", "-keyout", shown.key, "-out", request)
        ends = datetime.now(UTC) + timedelta(days=days)
        _openssl(
            "ca", "-batch", "-notext", "-config", self._ledger(), "-extfile", names, "-in", request,
            "-startdate", f"{ends - timedelta(days=10):{_TIME}}", "-enddate", f"{ends:{_TIME}}",
            "-out", shown.certificate,
        )  # fmt: skip
        return shown

    def _ledger(self) -> Path:
        """What the ca command works by: it alone takes the two dates of a certificate, in every version of openssl."""
        written = self._folder / "ca.cnf"
        (self._folder / "index.txt").touch()
        written.write_text(
            f"""
            [ca]
            default_ca = here
            [here]
            database = {self._folder}/index.txt
            new_certs_dir = {self._folder}
            certificate = {self._root}
            private_key = {self._root.with_suffix(".key")}
            rand_serial = yes
            default_md = sha256
            unique_subject = no
            policy = any
            [any]
            commonName = supplied
            """
        )
        return written


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
