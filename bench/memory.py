"""Peak memory of a notifier, whatever the ledger holds. python -m bench.memory [ROWS ...]; 1000000 takes its time."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import ledgers
from bench.apart import measured
from bench.sinks import sink

CONNECTIONS = 8


def main(*ledger: int) -> None:
    print("memory: a notifier's peak, its ledger sent to the end")
    for rows in ledger or (100, 10_000):
        with tempfile.TemporaryDirectory() as name, sink(Path(name)) as to:
            store = ledgers.due(Path(name) / "store.db", rows)
            figures = measured("bench.senders", "notifier", to.port, CONNECTIONS, store, rows)
            assert figures.done == to.mails == rows
        print(f"  {rows:9} rows{figures.peak:8.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
