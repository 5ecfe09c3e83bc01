"""Stands for the app behind a page: speaks Textual's packets, and tells what it was told."""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO


def packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


def told(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    head = stream.read(5)
    return (head[:1], stream.read(int.from_bytes(head[1:], "big"))) if len(head) == 5 else None


def main(how: str) -> int:
    out, keys = sys.stdout.buffer, sys.stdin.buffer
    if how == "fails":
        print("a warning before it", file=sys.stderr)
        print("error: the store is not there", file=sys.stderr)
        return 3
    if how == "breaks":
        print("Traceback (most recent call last):\n  body = 'what a client wrote'", file=sys.stderr)
        return 1
    out.write(b"a line that is none of ours\n__GANGLION__\n")
    out.write(packet(b"D", f"{os.environ['COLUMNS']}x{os.environ['ROWS']}".encode()))
    out.flush()
    while (said := told(keys)) is not None:
        kind, payload = said
        if kind == b"M" and json.loads(payload)["type"] == "quit" and how != "stays":
            break
        if payload == b"q":
            out.write(packet(b"M", b'{"type": "exit"}') + b"and more words that are no packet")
            break
        out.write(packet(b"D", (kind + payload) * (500_000 if payload == b"much" else 1)))
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
