"""A Postfix of the tests' own in a temporary folder: it listens on loopback, and passes all mail to one port there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.delivery.authority import Shown

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mta.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtp_host_lookup = native
default_transport = smtp:[127.0.0.1]:{onward}
relay_transport = smtp:[127.0.0.1]:{onward}
{tls}
"""

TLS = """
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_received_header = yes
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class CannotStart(Exception):
    """Why there is no Postfix here."""


@contextmanager
def postfix(onward: int, shown: Shown | None = None) -> Iterator[int]:
    """Gives the port that it listens at; with a certificate it takes mail by STARTTLS only."""
    command, configure = (shutil.which(name, path=_PATH) for name in ("postfix", "postconf"))
    if command is None or configure is None:
        raise CannotStart("postfix is not installed")
    if os.geteuid() != 0:
        raise CannotStart("postfix is started by root only")
    folder = Path(tempfile.mkdtemp(prefix="msgcenter-mta-"))  # not pytest's: its own users have to get in
    try:
        settings = folder / "settings"
        port = _set_up(folder, settings, configure, onward, shown)
        started = subprocess.run([command, "-c", str(settings), "start"], capture_output=True, text=True)
        if started.returncode:
            raise CannotStart(f"postfix does not start: {started.stderr.strip()} {_log(folder)}")
        try:
            yield port
        finally:
            subprocess.run([command, "-c", str(settings), "abort"], capture_output=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(folder: Path, settings: Path, configure: str, onward: int, shown: Shown | None) -> int:
    folder.chmod(0o755)
    for name in ("settings", "queue", "data"):
        (folder / name).mkdir(0o755)
    try:
        shutil.chown(folder / "data", "postfix")
    except LookupError:
        raise CannotStart("there is no user postfix") from None
    asked = [configure, "-h", "daemon_directory"]
    daemons = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    tls = TLS.format(certificate=shown.certificate, key=shown.key) if shown is not None else ""
    port = _free_port()
    main = MAIN.format(folder=folder, daemons=daemons, onward=onward, tls=tls)
    (settings / "main.cf").write_text(main, "utf-8")
    (settings / "master.cf").write_text(MASTER.format(port=port), "utf-8")
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log(folder: Path) -> str:
    log = folder / "log"
    return log.read_text("utf-8", "replace")[-2000:] if log.exists() else ""
