"""A terminal at work, and a notifier, each in a process of its own: python -m tests.soak.terminal URL EMAIL SECONDS.

With a port in place of an e-mail address and seconds it is a notifier that sends to a sink there, until its standard
input ends. A terminal says when it is ready, begins when it is told to, and prints its notes; a store that cannot be
used is waited for, as its writer would.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from math import inf
from time import perf_counter, sleep
from typing import ParamSpec, TypeVar

from tests.delivery.office import account
from tests.soak.two_writers import Writer

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, Policy
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = Policy(quiet_period=timedelta())


class Patient:
    """Does each act once; what could not be done is asked for again, as by somebody who reads what the screen says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self.waited = 0

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            began = perf_counter()
            try:
                done = self._store.run(act, *args, **kwargs)
            except StoreUnavailable as error:
                print(f"waits: {error}", file=sys.stderr, flush=True)
                self.waited += 1
                sleep(0.2)
            else:
                self.took[act.function.__name__].append(perf_counter() - began)
                return done


def write(url: str, email: str, seconds: float) -> None:
    store = open_store(url, policy=AT_ONCE)
    store.certain = inf
    store.changed()  # as a terminal, it listens
    patient = Patient(store)
    writer = Writer(patient, email)
    print("ready", flush=True)
    sys.stdin.readline()
    patient.took.clear()
    notes = writer.work(seconds)
    notes.took, notes.waited = dict(patient.took), patient.waited
    print(json.dumps(asdict(notes)))
    store.close()


async def notify(url: str, port: int) -> None:
    store = open_store(url, policy=AT_ONCE)
    front = Front(store)
    notifier = Notifier(front, {Channel.EMAIL: SmtpTransport(account(port))}, connections=2).start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await notifier.stop()
    print(notifier.tally.sent)
    await front.close()
    store.close()


if __name__ == "__main__":
    if len(sys.argv) > 3:
        write(sys.argv[1], sys.argv[2], float(sys.argv[3]))
    else:
        asyncio.run(notify(sys.argv[1], int(sys.argv[2])))
