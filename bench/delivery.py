"""Messages a second into one sink, in one run: the notifier from its ledger beside what sends mail elsewhere.

python -m bench.delivery [MAILS]; 100000 for the figures that are quoted.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import ledgers
from bench.apart import Figures, measured
from bench.senders import has_django
from bench.sinks import NAME, SMTP_SOURCE, Sink, sink

CONNECTIONS = 8
SLOW = 10  # of a peer's mails, one in so many where it takes minutes for all


def smtp_source(port: int, mails: int, size: int) -> Figures:
    """Postfix's own load generator, written in C: connections kept, one command at a time, nothing remembered."""
    assert SMTP_SOURCE is not None
    command = [SMTP_SOURCE, "-d", "-s", CONNECTIONS, "-m", mails, "-l", size, "-f", "a@b.example", "-t", "c@d.example"]
    began = time.perf_counter()
    subprocess.run([*map(str, command), f"127.0.0.1:{port}"], check=True)
    return Figures(mails, time.perf_counter() - began)


def counted(to: Sink, before: int, figures: Figures) -> Figures:
    """What a sender says is believed when the sink says the same."""
    got = to.mails - before
    if got != figures.done:
        raise SystemExit(f"the sink got {got} mails, not {figures.done}")
    return figures


def into(to: Sink, folder: Path, mails: int, size: int, name: str) -> dict[str, Figures]:
    """Everybody, one after the other."""
    found: dict[str, Figures] = {}

    def note(who: str, figures: Figures) -> None:
        found[who] = counted(to, sum(one.done for one in found.values()), figures)

    def sender(who: str, what: Path, number: int) -> Figures:
        return measured("bench.senders", who, to.port, CONNECTIONS, what, number)

    if SMTP_SOURCE is not None:
        note("smtp-source", smtp_source(to.port, mails, size))
    note("aiosmtplib", sender("aiosmtplib", folder / "mail", max(1000, mails // SLOW)))
    if has_django():
        note("django", sender("django", folder / "mail", max(1000, mails // SLOW)))
    note("notifier", sender("notifier", ledgers.due(folder / f"{name}.db", mails), mails))
    return found


WORDS = {
    "smtp-source": "smtp-source (C), nothing kept",
    "aiosmtplib": "aiosmtplib, ready bytes, nothing kept",
    "django": "Django's backend, one connection",
    "notifier": "the notifier, from the ledger, durable",
}


def report(title: str, found: dict[str, Figures]) -> None:
    print(f"  {title}")
    for who, figures in found.items():
        ratios = "".join(
            f"  {figures.rate / found[peer].rate:6.2f} of {peer}"
            for peer in ("smtp-source", "aiosmtplib")
            if peer in found and peer != who
        )
        more = (
            f"  {figures.processor / figures.done * 1000:5.2f} ms CPU, {figures.peak:4.0f} MB" if figures.peak else ""
        )
        print(f"    {WORDS[who]:40}{figures.rate:8.0f} messages/s{more:24}{ratios}")


def main(mails: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = ledgers.one_mail(folder / "one.db")
        (folder / "mail").write_bytes(content)
        print(f"delivery: {mails} mails of {len(content)} bytes, {CONNECTIONS} connections, into {NAME}")
        if SMTP_SOURCE is None:
            print("  smtp-source is not installed (it is Postfix's): no ratio to it")
        if not has_django():
            print("  django is not installed (pip install django, for this only): left out")
        for pipelining in (True, False):
            with sink(folder, pipelining=pipelining) as to:
                title = f"{'with' if pipelining else 'without'} PIPELINING"
                report(title, into(to, folder, mails, len(content), title.replace(" ", "-")))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
