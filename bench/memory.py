"""Peak memory of `msgcenter deliver`, whatever the ledger holds. python -m bench.memory [ROWS ...]; 1000000 takes long.

All its processes together; what they share is counted once, as Linux tells it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench import ledgers
from bench.keys import surroundings
from bench.senders import SENDER
from bench.sinks import sink

CONNECTIONS = 8, 64
_LOOK = 0.05  # seconds


def held(process: int) -> float:
    """MB of memory that the process and its children hold now: their proportional set size."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        rolled = [Path(f"/proc/{one}/smaps_rollup").read_text("ascii") for one in (process, *children)]
        return sum(int(re.findall(r"^Pss: +(\d+) kB", text, re.MULTILINE)[0]) for text in rolled) / 1024
    except (OSError, IndexError):  # it has ended meanwhile
        return 0.0


def delivered(store: Path, environment: Mapping[str, str]) -> float:
    """MB at most, while the program sends all that the store owes."""
    command = [sys.executable, "-m", "msgcenter_tui", "deliver", "--once", "--db", str(store)]
    found = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            found = max(found, held(process.pid))
            time.sleep(_LOOK)
    assert process.returncode == 0, process.returncode
    return found


def main(*ledger: int) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        print("memory: left out, this system does not tell it")
        return
    print("memory: `msgcenter deliver` at most, its ledger sent to the end")
    for rows in ledger or (1_000, 10_000):
        for connections in CONNECTIONS:
            with tempfile.TemporaryDirectory() as name, sink(Path(name)) as to:
                folder = Path(name)
                account = {"HOST": "127.0.0.1", "PORT": to.port, "SECURITY": "none", "FROM": SENDER}
                account |= {"CONNECTIONS": connections}
                settings = {f"MSGCENTER_SMTP_{key}": str(value) for key, value in account.items()}
                store = ledgers.due(folder / "store.db", rows)
                most = delivered(store, {**os.environ, **surroundings(folder), **settings})
                assert to.mails == rows, f"the sink got {to.mails} mails"
            print(f"  {rows:9} rows, {connections:2} connections{most:8.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
