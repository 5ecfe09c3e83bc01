"""argparse as the program speaks it: usage errors are one line like every other, options may stand anywhere."""

from __future__ import annotations

import argparse
import difflib
import enum
import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn, Protocol

from msgcenter_tui.cli.output import write
from msgcenter_tui.domain import Status
from msgcenter_tui.errors import BadInput

MEANS = {
    "CLIENT": "a client's id or e-mail address",
    "ID": "an id",
    "MESSAGE": "a message's id",
    "TEAM": "a team's name",
    "THREAD": "a thread's id",
    "WHO": "an id or e-mail address",
    "WORKSPACE": "a team's name, or personal",
}
"""What a word in capitals stands for, wherever nothing more is to be said of it."""

ELSEWHERE = "have it written elsewhere"
"""What would work where help cannot be written."""
_CHOICES = re.compile(r"invalid choice: (?P<given>'.*?'|\".*?\"|\S+) \(choose from (?P<known>.*)\)", re.DOTALL)

_NO_NUMBER = re.compile(r"argument (?P<option>\S+): invalid int value: (?P<given>.*)", re.DOTALL)
_NOTHING_BEHIND = re.compile(r"argument (?P<option>\S+): expected (?:one|at least one) argument")


class Group(Protocol):
    """Arguments of which one may be given."""

    def add_argument(self, *names: str, **options: Any) -> object: ...


class Either(NamedTuple):
    """Arguments of which one at most may be given; mostly it is only one."""

    alternatives: list[argparse.Action]
    required: bool


class Parser(argparse.ArgumentParser):
    """A parser whose errors are BadInput, without abbreviations: scripts keep their meaning when options are added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)
        self._fill: Callable[[], None] | None = None
        self.commands: dict[str, Parser] = {}
        """Those below it, by name; all of them once it is complete."""

    def later(self, fill: Callable[[], None]) -> None:
        """Have the rest of it made when it is used: of fifty commands one line uses one."""
        self._fill = fill

    def complete(self) -> None:
        fill, self._fill = self._fill, None
        if fill is not None:
            fill()
        for action in self._actions:
            if action.help is None and isinstance(action.metavar, str):
                action.help = MEANS.get(action.metavar)

    def complete_all(self) -> None:
        """Have all of it made, for whoever tells of every command."""
        self.complete()
        for command in self.commands.values():
            command.complete_all()

    @property
    def arguments(self) -> list[Either]:
        """What it takes, in order, but for what is not told of."""
        together: dict[int, Either] = {}
        for group in self._mutually_exclusive_groups:
            alternatives = group._group_actions  # noqa: SLF001  argparse has no other way
            together |= dict.fromkeys(map(id, alternatives), Either(alternatives, group.required))
        found: list[Either] = []
        for action in self._actions:
            if action.help == argparse.SUPPRESS:
                continue
            one = together.get(id(action)) or Either([action], action.required)
            if one.alternatives[0] is action and not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                found.append(one)
        return found

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self.complete()
        return super().parse_known_args(args, namespace)

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        """A word of a closed set may be written as the screens write it: Active."""
        if action.choices and action.nargs is None and (word := arg_string.lower()) in action.choices:
            arg_string = word
        return super()._get_value(action, arg_string)

    def _print_message(self, message: str, file: object = None) -> None:
        """Of what cannot be written argparse says nothing."""
        write(message.removesuffix("\n"), ELSEWHERE)

    def error(self, message: str) -> NoReturn:
        raise BadInput(_in_our_words(message), "", f"see `{self.prog} --help`")


class Commands:
    """The commands below a parser: `leaf` adds one that does something, `group` one that has commands of its own."""

    def __init__(self, parser: Parser, *, required: bool) -> None:
        self._parser = parser
        self._below = parser.add_subparsers(
            title="commands", metavar="COMMAND", required=required, parser_class=Parser, dest="command"
        )

    def leaf(self, name: str, run: str, does: str) -> Parser:
        """A command; `run` is "module:function" in msgcenter_tui.cli, imported only when it is asked for."""
        parser = self._added(name, does)
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, does: str, fill: Callable[[Commands], None]) -> None:
        parser = self._added(name, does)
        parser.later(lambda: fill(Commands(parser, required=True)))

    def _added(self, name: str, does: str) -> Parser:
        parser: Parser = self._below.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
        add_common(parser)
        self._parser.commands[name] = parser
        return parser


def add_common(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """What every command takes, before it or after it. Only those of the top have defaults: the last one wins."""
    none, false = (None, False) if top else (argparse.SUPPRESS, argparse.SUPPRESS)
    group = parser.add_argument_group("for every command")
    group.add_argument("--db", metavar="URL", default=none, help="the store: a path of a SQLite file, or a URL")
    group.add_argument("--as", metavar="WHO", dest="acts_as", default=none, help="who acts: an e-mail address")
    group.add_argument("--log-file", metavar="FILE", default=none, help="write what is done there, by ids only")
    group.add_argument("--json", action="store_true", default=false, help="answer with one JSON document")


def add_pages(parser: argparse.ArgumentParser) -> None:
    """--limit and --after, for whatever comes in pages."""
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="at most so many (50)")
    parser.add_argument("--after", metavar="CURSOR", help="go on after a page: its `next`")


def add_view(parser: argparse.ArgumentParser) -> None:
    """--view-as and what goes with it, for what can be seen in a portal."""
    group = parser.add_argument_group("a client's portal, only looked at: nothing is read or changed by it")
    group.add_argument("--view-as", metavar="CLIENT", help="an id or e-mail address; new: a client who joins today")
    group.add_argument("--at", metavar="T", help="as it was then: 2026-03-01 09:00, yesterday; ISO 8601")
    group.add_argument("--if-status", choices=words(Status), help="as if they had this status")
    group.add_argument("--if-portal", choices=("on", "off"), help="as if their portal were on or off")
    group.add_argument("--if-in", metavar="WORKSPACE", help="as if they were there; of a new client: where they join")
    group.add_argument("--if-name", metavar="N", help="of a new client: what fills the merge fields")


def add_body(parser: argparse.ArgumentParser, *, required: bool = True) -> Group:
    """--body and --body-file, one of them; gives their group for others to join."""
    group = parser.add_mutually_exclusive_group(required=required)
    group.add_argument("--body", metavar="TEXT", help="the text")
    group.add_argument("--body-file", metavar="FILE", help="a file that holds the text; - is standard input")
    return group


def _in_our_words(message: str) -> str:
    """What argparse says, without its jargon, nor a screenful of choices where one of them is near."""
    if found := _NO_NUMBER.fullmatch(message):
        return f"{found['option']} takes a whole number, not {found['given'][:40]}"
    if found := _NOTHING_BEHIND.fullmatch(message):
        return f"nothing stands behind {found['option']}"
    found = _CHOICES.search(message)
    if found is None:
        return message
    given = found["given"].strip("'\"")
    known = re.findall(r"[\w-]+", found["known"])
    near = difflib.get_close_matches(given, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(known)}"
    return f"{given[:40]!r} is not known: {hint}"


def words(kind: type[enum.StrEnum]) -> list[str]:
    """A closed set as choices."""
    return [word.value for word in kind]
