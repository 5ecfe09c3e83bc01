"""`msgcenter`: reads the command line, has the command done, prints its answer or one line of error."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import cast

from msgcenter_tui.cli import ending, output
from msgcenter_tui.cli.output import Answer, Paper
from msgcenter_tui.cli.parser import parsed
from msgcenter_tui.cli.session import Session
from msgcenter_tui.errors import Ask, MessageCenterError
from msgcenter_tui.text import shown_line

Command = Callable[[Session], Answer | None]

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command line. Gives the exit status: 0 done, 1 refused or not found, 2 wrong usage, 3 out of order."""
    _have_all_streams()
    _survive_any_text()
    with ending.in_order():
        return _done(sys.argv[1:] if argv is None else argv)


def _done(argv: Sequence[str]) -> int:
    try:
        return _run(argv)
    except output.Unread as error:
        return _fail(_sentence(error), error.exit_status, briefly=True)
    except MessageCenterError as error:
        return _fail(_sentence(error), error.exit_status)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        output.silence()
        return 0
    except ending.Ended as ended:
        return _fail(f"told to end ({ended.by})", ended.status, briefly=True)
    except SystemExit as finished:  # --help and --version
        return finished.code if isinstance(finished.code, int) else 0
    except Exception as error:  # noqa: BLE001  (the one place where a command ends: never a traceback)
        from msgcenter_tui.cli.logs import explained

        return _fail(explained(error), MessageCenterError.exit_status)


def _run(argv: Sequence[str]) -> int:
    args = parsed(argv)
    room, _, function = args.run.partition(":")
    command = cast("Command", getattr(importlib.import_module(f"msgcenter_tui.cli.{room}"), function))
    session = Session(args)
    try:
        answer = command(session)
    except Ask as question:
        if not question.channels:
            raise
        from msgcenter_tui.cli.reached import asked

        raise asked(session, question) from None
    finally:
        session.close()
    if answer is not None:
        _print(answer, as_json=session.json)
    return 0


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        # In ASCII: a terminal is steered by none of it, and every pipe can carry it.
        words = json.dumps(answer.data)
    else:
        paper = Paper.of(sys.stdout)
        answer.text(paper)
        words = "\n".join(paper.lines)
    output.write(words, "what was asked for is done", ending=answer.ending)


def _sentence(error: MessageCenterError) -> str:
    if isinstance(error, Ask) and not error.cure:
        return f"{str(error).rstrip('.')}; say it again with --yes to go on"
    return str(error).rstrip(".")


def _fail(sentence: str, status: int, *, briefly: bool = False) -> int:
    line = f"error: {shown_line(sentence)}"
    with contextlib.suppress(OSError):
        if briefly:
            output.write_in_time(line, sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)
    return status


def _have_all_streams() -> None:
    # Of those that whoever started the program has closed a file opened later, the store's even, would take the place.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)  # its number is the lowest that is free
            setattr(sys, name, os.fdopen(nothing, mode, closefd=False))


def _survive_any_text() -> None:
    # A name that the terminal's encoding cannot say is no reason to fail after the act is done.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
