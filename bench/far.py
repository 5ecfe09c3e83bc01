"""A mail server that is 50 ms away: the notifier beside one command at a time. python -m bench.far [MAILS]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import ledgers
from bench.apart import measured, serving
from bench.sinks import NAME, sink

CONNECTIONS = 8
ROUND_TRIP = 50  # ms


def main(mails: int = 400) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mail").write_bytes(ledgers.one_mail(folder / "one.db"))
        store = ledgers.due(folder / "far.db", mails)
        with sink(folder) as to, serving("bench.proxy", to.port, ROUND_TRIP) as port:
            alone = measured("bench.senders", "aiosmtplib", port, CONNECTIONS, folder / "mail", mails)
            ours = measured("bench.senders", "notifier", port, CONNECTIONS, store, mails)
            assert to.mails == ours.done + alone.done == 2 * mails
    print(f"far: {mails} mails, a round trip of {ROUND_TRIP} ms, {CONNECTIONS} connections, into {NAME}")
    for words, figures in (("aiosmtplib, one command at a time", alone), ("the notifier", ours)):
        trips = figures.seconds * CONNECTIONS / mails / (ROUND_TRIP / 1000)
        ratio = figures.rate / alone.rate
        print(f"  {words:38}{figures.rate:8.1f} messages/s  {ratio:.2f}  {trips:4.1f} round trips a message")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
