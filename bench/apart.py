"""Processes of their own for what is measured, so that time and memory are nobody else's."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), *sys.path[1:]])}


@dataclass(frozen=True)
class Figures:
    """What one piece of work took.

    `processor` seconds are those of all its threads and processes, `peak` is their resident memory in MB, pages that
    two of them share counted twice.
    """

    done: int
    seconds: float
    processor: float = 0.0
    peak: float = 0.0

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.done / self.seconds

    def tell(self) -> None:
        """To the process that started this one."""
        print(json.dumps(asdict(self)), flush=True)


class Watch:
    """Measures from the moment it is made, this process and `others` that work for it."""

    def __init__(self, others: Sequence[int] = ()) -> None:
        self._others = others
        self._began, self._worked = time.perf_counter(), self._processor()

    def figures(self, done: int) -> Figures:
        took, worked = time.perf_counter() - self._began, self._processor() - self._worked
        return Figures(done, took, worked, _peak("self") + sum(_peak(str(one)) for one in self._others))

    def _processor(self) -> float:
        return time.process_time() + sum(map(_worked, self._others))


def _worked(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:  # no Linux: that of others is not told
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(process: str) -> float:
    try:  # getrusage also counts what the parent had before exec
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        if process != "self":
            return 0.0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (2**20 if sys.platform == "darwin" else 2**10)


def started(module: str, *arguments: object) -> subprocess.Popen[str]:
    """python -m MODULE ARGUMENTS, with pipes to speak with it."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def figures_of(process: subprocess.Popen[str]) -> Figures:
    """Its last line, once it has ended."""
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{process.args!r} ended with {process.returncode}")
    return Figures(**json.loads(said.splitlines()[-1]))


def measured(module: str, *arguments: object) -> Figures:
    """What the program says of itself."""
    return figures_of(started(module, *arguments))


@contextmanager
def serving(module: str, *arguments: object) -> Iterator[int]:
    """A server of ours while the block runs: gives the port that it prints."""
    process = started(module, *arguments)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()
