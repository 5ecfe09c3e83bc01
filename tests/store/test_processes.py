"""Several processes on one store at once: no error, no write lost, and each learns of the others' commits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from tests.store import rows

import msgcenter_tui
from msgcenter_tui.store.store import Store

SOURCE = str(Path(msgcenter_tui.__file__).parents[1])

# Each turn reads and then writes what follows from it: a lost update shows as a sum that is too small.
ADD = """
import sys
from sqlalchemy import select, update
from msgcenter_tui.store.store import open_store
from msgcenter_tui.store.tables import meta
from msgcenter_tui.store.tx import act

@act
def add(tx):
    seen = tx.conn.execute(select(meta.c.value).where(meta.c.key == "count").with_for_update()).scalar_one()
    tx.conn.execute(update(meta).where(meta.c.key == "count").values(value=str(int(seen) + 1)))

store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    store.run(add)
store.close()
"""


def started(url: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", ADD, url, str(times)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )  # fmt: skip


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_that_write_at_once_lose_nothing(store: Store, store_url: str) -> None:
    store.run(rows.put, "count", "0")
    processes = [started(store_url, 300) for _ in range(2)]
    for process in processes:
        go(process)
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    assert store.run(rows.get, "count") == "600"


def test_the_commit_of_another_process_is_noticed(store: Store, store_url: str) -> None:
    store.run(rows.put, "count", "0")
    process = started(store_url, 1)
    before = store.changed()
    go(process)
    process.communicate(timeout=60)
    end = monotonic() + 60
    while store.changed() == before:  # a server tells it a moment later
        assert monotonic() < end
        sleep(0.005)
    assert store.run(rows.get, "count") == "1"


def test_what_a_killed_process_had_committed_is_there_and_the_rest_is_not(store: Store, store_url: str) -> None:
    store.run(rows.put, "count", "0")
    process = started(store_url, 1_000_000)
    go(process)
    token = store.changed()
    while store.changed() == token or store.run(rows.get, "count") == "0":
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    count = int(store.run(rows.get, "count") or 0)
    assert count > 0
    assert store.run(rows.put, "after", "fine") == "fine"
    assert int(store.run(rows.get, "count") or 0) == count or store.file is None
