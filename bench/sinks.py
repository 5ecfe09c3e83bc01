"""What the mails are sent into: Postfix's smtp-sink where there is one, else the sink of the soak tests. Both count."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.apart import serving

BACKLOG = "256"
SMTP_SINK = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SMTP_SOURCE = shutil.which("smtp-source", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

NAME = "smtp-sink" if SMTP_SINK else "the sink of the soak tests (smtp-sink is not installed: it is Postfix's)"


@dataclass(frozen=True)
class Sink:
    port: int
    counted: Path

    @property
    def mails(self) -> int:
        """How many it has got so far, by its own count."""
        said = self.counted.read_bytes()
        if SMTP_SINK is None:
            return said.count(b"\n")
        counts = re.findall(rb"mesg=(\d+)", said[-200:])
        return int(counts[-1]) if counts else 0


@contextmanager
def sink(folder: Path, *, pipelining: bool = True) -> Iterator[Sink]:
    """A sink while the block runs."""
    counted = folder / f"counted-{'' if pipelining else 'not-'}pipelined"
    if SMTP_SINK is None:
        with serving("tests.soak.sink", counted, 0, *([] if pipelining else ["plain"])) as port:
            yield Sink(port, counted)
        return
    port = free_port()
    command = [SMTP_SINK, "-c", *([] if pipelining else ["-p"]), f"127.0.0.1:{port}", BACKLOG]
    if os.geteuid() == 0:
        command[1:1] = ["-u", "nobody"]  # it will not be root
    with counted.open("wb") as out, subprocess.Popen(command, stdout=out) as process:
        try:
            _answering(port)
            yield Sink(port, counted)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answering(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.recv(100)
                line.sendall(b"QUIT\r\n")
                return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise SystemExit(f"nobody listens at port {port}")
