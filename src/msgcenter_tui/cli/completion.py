"""`msgcenter completion`: what has a shell complete the commands, options and closed sets of words."""

from __future__ import annotations

import shtab

from msgcenter_tui.cli.arguments import Parser
from msgcenter_tui.cli.output import Answer
from msgcenter_tui.cli.parser import build
from msgcenter_tui.cli.session import Session

_PATHS = {"FILE": shtab.FILE, "FOLDER": shtab.DIRECTORY}
_STORES = {"db", "source", "target"}
"""Options whose value may be the path of a store."""


def script(session: Session) -> Answer:
    shell = session.args.shell
    words = written(shell)
    return Answer({"shell": shell, "script": words}, lambda paper: paper.lines.append(words.rstrip("\n")))


def written(shell: str) -> str:
    """The script for `shell`: commands, options, closed sets, and paths; no ids, since that would open a store."""
    parser = build()
    parser.complete_all()
    _name_paths(parser)
    return shtab.complete(parser, shell=shell)


def _name_paths(parser: Parser) -> None:
    for action in (action for either in parser.arguments for action in either.alternatives):
        path = shtab.FILE if action.dest in _STORES else _PATHS.get(str(action.metavar))
        if path is not None:
            vars(action)["complete"] = path  # where shtab looks
    for command in parser.commands.values():
        _name_paths(command)
