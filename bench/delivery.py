"""Messages a second into one sink, in one run: the notifier from its ledger beside what sends mail elsewhere.

python -m bench.delivery [MAILS [CONNECTIONS]]; 100000 for the figures that are quoted. Each letter on a connection
waits for a commit before its dot, so few connections measure the disk, many the processor: both are here.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

from bench import ledgers
from bench.apart import Figures, figures_of, measured, started
from bench.senders import has_django, smtp_source
from bench.sinks import NAME, SMTP_SOURCE, Sink, sink

CONNECTIONS = 8, 64
SLOW = 10  # of a peer's mails, one in so many where it takes minutes for all


def counted(to: Sink, before: int, figures: Figures) -> Figures:
    """What a sender says is believed when the sink says the same."""
    got = to.mails - before
    if got != figures.done:
        raise SystemExit(f"the sink got {got} mails, not {figures.done}")
    return figures


def two_notifiers(port: int, ledger: Path, mails: int, connections: int) -> Figures:
    """Two processes that share a ledger and the connections."""
    command = "bench.senders", "notifier", port, connections // 2, ledger, mails
    both = [figures_of(process) for process in [started(*command), started(*command)]]
    return Figures(
        sum(one.done for one in both),
        max(one.seconds for one in both),
        sum(one.processor for one in both),
        sum(one.peak for one in both),
    )


def into(to: Sink, folder: Path, mails: int, size: int, connections: int) -> dict[str, Figures]:
    """Everybody, one after the other."""
    found: dict[str, Figures] = {}

    def ledger() -> Path:
        """A new one: it is used up."""
        return ledgers.due(folder / f"{to.port}-{len(found)}.db", mails)

    def note(who: str, figures: Figures) -> None:
        found[who] = counted(to, sum(one.done for one in found.values()), figures)

    def sender(who: str, what: Path, number: int) -> Figures:
        return measured("bench.senders", who, to.port, connections, what, number)

    if SMTP_SOURCE is not None:
        note("smtp-source", smtp_source(to.port, mails, size, connections))
    note("aiosmtplib", sender("aiosmtplib", folder / "mail", max(1000, mails // SLOW)))
    if has_django():
        note("django", sender("django", folder / "mail", max(1000, mails // SLOW)))
    note("notifier", sender("notifier", ledger(), mails))
    note("two notifiers", two_notifiers(to.port, ledger(), mails, connections))
    return found


WORDS = {
    "smtp-source": "smtp-source (C), nothing kept",
    "aiosmtplib": "aiosmtplib, ready bytes, nothing kept",
    "django": "Django's backend, one connection",
    "notifier": "the notifier, from the ledger, durable",
    "two notifiers": "two of them, sharing ledger and connections",
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
        print(f"    {WORDS[who]:44}{figures.rate:8.0f} messages/s{more:24}{ratios}")


def main(mails: int = 10_000, *connections: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = ledgers.one_mail(folder / "one.db")
        (folder / "mail").write_bytes(content)
        print(f"delivery: {mails} mails of {len(content)} bytes, into {NAME}")
        if SMTP_SOURCE is None:
            print("  smtp-source is not installed (it is Postfix's): no ratio to it")
        if not has_django():
            print("  django is not installed (pip install django, for this only): left out")
        for pipelining, many in itertools.product((True, False), connections or CONNECTIONS):
            with sink(folder, pipelining=pipelining) as to:
                title = f"{'with' if pipelining else 'without'} PIPELINING, {many} connections"
                report(title, into(to, folder, mails, len(content), many))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
