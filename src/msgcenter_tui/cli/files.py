"""Files that a command is given: texts to send, lists to bring in; `-` is standard input."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from msgcenter_tui.errors import BadInput, reason
from msgcenter_tui.files import MOST, content, of_some_size


def read(name: str) -> bytes:
    """The bytes of a file. Raises BadInput where it cannot be read, or is too big to be what it should be."""
    if name != "-":
        return content(Path(name))
    try:
        data = sys.stdin.buffer.read(MOST + 1)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is closed"
        raise BadInput("standard input cannot be read", why, "name a file that you may read") from None
    return of_some_size(data, "standard input")


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
