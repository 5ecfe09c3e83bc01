"""`msgcenter export`: threads, and all that is stored of one client, into a file or to standard output."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgcenter_tui.center import client_record, exporting
from msgcenter_tui.center.exporting import Exported
from msgcenter_tui.center.thread_sheets import ENDINGS, FORMATS
from msgcenter_tui.cli.output import Answer, count, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import ThreadId
from msgcenter_tui.errors import BadInput, Refused, Unavailable, reason
from msgcenter_tui.files import whole

_NOTHING = "nothing was exported"


def threads(session: Session) -> Answer | None:
    args = session.args
    if args.to is None and session.json:
        raise BadInput("--json is an answer beside the export", "", "say with --to where that goes")
    workspace = None if args.workspace is None else session.workspace(args.workspace).id
    chosen = [ThreadId(one) for one in args.threads]

    def write(into: Callable[[bytes], object]) -> Exported:
        return session.run(exporting.export_threads, FORMATS[args.format](into), threads=chosen, workspace=workspace)

    if args.to is None:
        _to_standard_output(write)
        return None
    path = _place(args.to, f"threads.{ENDINGS[args.format]}")
    with _file(path) as into:
        made = write(into)
    words = f"{count(made.threads, 'thread')}, {count(made.messages, 'message')}"
    return done(f"exported {words} into {path}", file=str(path), threads=made.threads, messages=made.messages)


def client(session: Session) -> Answer | None:
    args = session.args
    session.run(client_record.note_export, args.client)
    record = session.run(client_record.export_client, args.client)
    if session.json and args.to is None:
        return Answer(record, lambda _: None)
    document = json.dumps(record, indent=1).encode() + b"\n"
    if args.to is None:
        _to_standard_output(lambda into: into(document))
        return None
    path = _place(args.to, f"{record['client']['id']}.json")  # type: ignore[index]
    with _file(path) as into:
        into(document)
    return done(f"exported all that is stored of {args.client} into {path}", file=str(path))


def _place(to: str, name: str) -> Path:
    """The file that is meant: in a folder that is there one of this name."""
    path = Path(to).expanduser().absolute()
    return path / name if path.is_dir() else path


@contextmanager
def _file(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Private, whole or not at all, and over nothing that is there."""
    if path.exists():
        raise Refused(_NOTHING, f"{path} exists", "name a new file: what is there is not overwritten")
    if path.is_symlink():
        why = f"{path} is a link to {path.readlink()}, which is not there"
        raise Refused(_NOTHING, why, "name that file itself, or take the link away")
    try:
        with whole(path, over=False) as file:
            yield _writing(file, f"{path}: ")
    except (PermissionError, FileNotFoundError, NotADirectoryError) as error:
        why = f"{path.parent}: {reason(error)}"
        raise Unavailable(_NOTHING, why, "choose a folder that is there and that you may write") from error
    except OSError as error:
        raise _cannot(error, f"{path}: ") from error


def _writing(file: BinaryIO, where: str = "") -> Callable[[bytes], object]:
    def write(part: bytes) -> None:
        try:
            file.write(part)
        except OSError as error:  # a full disk: not the store's, whose errors are told otherwise
            raise _cannot(error, where) from error

    return write


def _cannot(error: OSError, where: str = "") -> Unavailable:
    cure = "look for space and for the rights to write there, then try again"
    return Unavailable(_NOTHING, f"{where}{reason(error)}", cure)


def _to_standard_output(write: Callable[[Callable[[bytes], object]], object]) -> None:
    """Whole or not at all, too: what is refused or fails has written nothing."""
    try:
        with tempfile.TemporaryFile() as spool:
            write(_writing(spool))
            spool.seek(0)
            shutil.copyfileobj(spool, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot(error) from error
