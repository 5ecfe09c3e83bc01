"""A mail server that is not on this machine: the notifier beside those that send one command at a time.

python -m bench.far [MAILS [MILLISECONDS]]: so many of a round trip, 50 unless they are given, on eight connections.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import ledgers
from bench.apart import Figures, measured, serving
from bench.senders import smtp_source
from bench.sinks import NAME, SMTP_SOURCE, sink

CONNECTIONS = 8
ROUND_TRIP = 50  # ms


def main(mails: int = 400, round_trip: int = ROUND_TRIP) -> None:
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = ledgers.one_mail(folder / "one.db")
        (folder / "mail").write_bytes(content)
        store = ledgers.due(folder / "far.db", mails)
        with sink(folder) as to, serving("bench.proxy", to.port, round_trip) as port:
            if SMTP_SOURCE is not None:
                found["smtp-source"] = smtp_source(port, mails, len(content), CONNECTIONS)
            found["aiosmtplib"] = measured("bench.senders", "aiosmtplib", port, CONNECTIONS, folder / "mail", mails)
            found["the notifier"] = measured("bench.senders", "notifier", port, CONNECTIONS, store, mails)
            assert to.mails == sum(figures.done for figures in found.values()) == len(found) * mails
    print(f"far: {mails} mails, a round trip of {round_trip} ms, {CONNECTIONS} connections, into {NAME}")
    ours = found["the notifier"]
    for who, figures in found.items():
        trips = figures.seconds * CONNECTIONS / mails / (round_trip / 1000)
        ratio = "" if figures is ours else f"  of which the notifier has {ours.rate / figures.rate:.2f}"
        print(f"  {who:14}{figures.rate:8.1f} messages/s  {trips:4.1f} round trips a message{ratio}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
