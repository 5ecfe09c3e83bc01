"""Files that a command is given: texts to send, lists to bring in; `-` is standard input."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from msgcenter_tui.errors import BadInput, reason

_MOST = 64 * 1024 * 1024


def read(name: str) -> bytes:
    """The bytes of a file. Raises BadInput where it cannot be read, or is too big to be what it should be."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is no path"
        raise BadInput(f"{name[:200]} cannot be read", why, "name a file that you may read") from None
    if len(data) > _MOST:
        raise BadInput(f"{name[:200]} is too big", f"the most is {_MOST // 1024 // 1024} MiB")
    return data


def body(args: Namespace) -> str | None:
    """The text of --body or --body-file; None where neither is given. A file's last line end is not part of it."""
    text: str | None = args.body
    if args.body_file is None:
        return text
    try:
        text = read(args.body_file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{args.body_file[:200]} cannot be read", "it is not in UTF-8", "save it as UTF-8") from None
    return text.removesuffix("\n").removesuffix("\r")
