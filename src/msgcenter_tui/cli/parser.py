"""The commands and their options: what `msgcenter --help` shows and docs/cli.md describes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from msgcenter_tui.cli.arguments import (
    ELSEWHERE,
    Commands,
    Parser,
    add_body,
    add_common,
    add_pages,
    add_view,
    words,
)
from msgcenter_tui.cli.output import write
from msgcenter_tui.domain import Ahead, Among, AuditGroup, Channel, Consent, DeliveryState, Role, Status
from msgcenter_tui.errors import BadInput

_ABOUT = """The Message Center: announcements to all clients, direct threads, a portal for each client.
Without a command it opens on this terminal."""
_ON_OFF = ("on", "off")
_TEMPLATE = "its name or id"


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """What a command line says; `run` is the "module:function" that does it. Raises BadInput.

    `help COMMAND` is what many type first: it means `COMMAND --help`.
    Where no command is given none is made: the first frame does not wait for fifty of them.
    """
    if list(argv[:1]) == ["help"]:
        argv = [*argv[1:], "--help"]
    try:
        args, rest = _alone(add_help=False).parse_known_args(argv)
    except BadInput:
        return build().parse_args(argv)
    return build().parse_args(argv) if rest else args


def build() -> Parser:
    """The parser of the whole command line."""
    parser = _alone()
    commands = Commands(parser, required=False)
    _program(commands)
    _people(commands)
    commands.group("clients", "the clients of a workspace", _clients)
    _sending(commands)
    _threads(commands)
    _audience(commands)
    _ledger(commands)
    commands.group("templates", "text templates", _templates)
    return parser


def _alone(*, add_help: bool = True) -> Parser:
    """The parser of what is said without a command."""
    parser = Parser(prog="msgcenter", description=_ABOUT, add_help=add_help)
    add_common(parser, top=True)
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    _plain(parser, default=False)
    parser.set_defaults(run="app:open_center")
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: list[str], dest: str, **kwargs: object) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=str(kwargs.get("help")))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            known = version("msgcenter-tui")
        except PackageNotFoundError:  # run from a checkout
            known = "(not installed)"
        write(f"msgcenter {known}", ELSEWHERE)
        parser.exit()


def _program(commands: Commands) -> None:
    demo = commands.leaf(
        "demo", "app:demo", "open a practice data set in a folder of its own, with its own mail catcher"
    )
    demo.add_argument("--reset", action="store_true", help="start over")
    demo.add_argument("--prepare", action="store_true", help="only make it, and say where its database is")
    demo.add_argument("--tour", action="store_true", help="begin with a guided tour")
    portal = commands.leaf("portal", "app:portal", "open the client portal as a client")
    portal.add_argument("client", metavar="CLIENT", help="an id or e-mail address")
    for leaf in (demo, portal):
        _plain(leaf, default=argparse.SUPPRESS)
    serve = commands.leaf("serve", "serve:serve", "open it in a browser: at an address with a secret, until stopped")
    serve.add_argument("--host", metavar="H", default="127.0.0.1", help="listen there (127.0.0.1: this machine only)")
    serve.add_argument("--port", metavar="N", type=int, default=0, help="0, unless said otherwise, is a free one")
    serve.add_argument("--url", metavar="URL", default="", help="the address of a proxy before it")
    serve.add_argument("--pages", metavar="N", type=int, default=8, help="at most so many pages at once (8)")
    serve.add_argument("--demo", action="store_true", help="the practice data set of `demo`")
    _yes(serve)
    commands.leaf("init", "init:init", "make or upgrade the store")
    completion = commands.leaf("completion", "completion:script", "write what completes these commands in a shell")
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    doctor = commands.leaf("doctor", "doctor:examine", "see how everything stands, and what would mend it")
    doctor.add_argument("--offline", action="store_true", help="try no mail server")
    backup = commands.leaf("backup", "backups:back_up", "copy the store into a file, while it is in use")
    backup.add_argument("file", metavar="FILE", help="a file that is not there yet")
    restore = commands.leaf("restore", "backups:restore", "put a backup in the store's place, which is kept beside it")
    restore.add_argument("file", metavar="FILE", help="a file that `backup` made")
    _yes(restore)
    copy = commands.leaf("copy", "copying:copy", "copy the store into a new one, such as a PostgreSQL database")
    copy.add_argument("--from", metavar="URL", dest="source", help="the store to copy; without it, that of --db")
    copy.add_argument("--to", metavar="URL", dest="target", required=True, help="an empty database, or a new file")
    rescue = commands.leaf("rescue", "rescue:save", "save what can be read of a damaged store into a new one")
    rescue.add_argument("file", metavar="FILE", help="the new store, a file that is not there yet")
    rescue.add_argument("--copy", metavar="FOLDER", help="put a copy of the damaged file there, as it is")


def _people(commands: Commands) -> None:
    commands.group("staff", "the staff", _staff)
    commands.group("teams", "teams and their members", _teams)
    commands.group("export", "write threads, or all that is stored of a client, into a file", _export)
    erase = commands.leaf("erase", "erasing:erase", "erase all that is stored of a client, at their request, for good")
    erase.add_argument("client", metavar="CLIENT", help="an id or e-mail address, in whichever workspace")
    _yes(erase)

    commands.group("walls", "what each login of a database server gets at", _walls)
    commands.group("logins", "who signs in to a database server with which role", _logins)

    commands.group("passphrase", "what opens your screen when it is locked", _passphrase)

    audit = commands.leaf("audit", "audit:show_all", "list who changed what, newest first")
    audit.add_argument("--since", metavar="T", help="from then on: 2026-03-01 09:00, yesterday; ISO 8601")
    audit.add_argument("--group", choices=words(AuditGroup), help="only acts of this kind")
    audit.add_argument("--by", metavar="WHO", help="only what this person did: an id, or the address of one of staff")
    add_pages(audit)
    verify = Commands(audit, required=False).leaf("verify", "audit:verify", "see that none was changed or removed")
    verify.add_argument(
        "--head", metavar="HEAD", help="NUMBER:HASH, or the hash alone, as noted earlier: it must be in it"
    )


def _export(export: Commands) -> None:
    threads = export.leaf("threads", "exporting:threads", "export threads as you see them; without one, all")
    threads.add_argument("threads", metavar="THREAD", nargs="*")
    threads.add_argument("--in", metavar="WORKSPACE", dest="workspace", help="those of a team, or personal")
    forms = "json", "mbox", "markdown"
    threads.add_argument("--format", choices=forms, required=True, help="mbox is what mail programs open")
    client = export.leaf("client", "exporting:client", "export all that is stored of a client, as JSON")
    client.add_argument("client", metavar="CLIENT", help="an id or e-mail address, in whichever workspace")
    for leaf in (threads, client):
        leaf.add_argument("--to", metavar="FILE", help="a new file, or a folder; else standard output")


def _staff(staff: Commands) -> None:
    add = staff.leaf("add", "staff:add", "add a member of staff; the first one is the administrator")
    add.add_argument("name", metavar="NAME", help="their name")
    add.add_argument("--email", metavar="E", required=True, help="their e-mail address, by which they act")
    appoint = staff.leaf("appoint", "staff:appoint", "make somebody an administrator, too")
    dismiss = staff.leaf("dismiss", "staff:dismiss", "have somebody be no administrator any more; the last one stays")
    for leaf in (appoint, dismiss):
        leaf.add_argument("who", metavar="WHO", help="a member of staff: an id or e-mail address")
    staff.leaf("list", "staff:show_all", "list the staff")


def _walls(walls: Commands) -> None:
    walls.leaf("up", "walls:up", "keep each login to what is its own, or put the walls up anew")
    walls.leaf("down", "walls:down", "take the walls away")
    walls.leaf("status", "walls:status", "say whether they stand")


def _logins(logins: Commands) -> None:
    add = logins.leaf("add", "walls:add_login", "have somebody sign in with a role of the server, made if need be")
    add.add_argument("who", metavar="WHO", nargs="?", help="a member of staff or a client: an id or e-mail address")
    add.add_argument("--notifier", action="store_true", help="for `deliver`, which is nobody")
    add.add_argument("--role", metavar="NAME", help="of a role that is there, or a name for the new one")
    logins.leaf("list", "walls:show_logins", "list who signs in with which role")
    remove = logins.leaf("remove", "walls:remove_login", "have nobody sign in with this role")
    remove.add_argument("role", metavar="ROLE", help="as `logins list` names it")


def _passphrase(passphrase: Commands) -> None:
    passphrase.leaf("set", "passphrase:keep", "set it, or another one; asks twice, and first for the present one")
    remove = passphrase.leaf("remove", "passphrase:remove", "take it away; asks for it")
    remove.add_argument("who", metavar="WHO", nargs="?", help="somebody who has forgotten it; for administrators")


def _teams(teams: Commands) -> None:
    add = teams.leaf("add", "teams:add", "add a team")
    add.add_argument("name", metavar="NAME", help="its name, by which commands know it")
    add.add_argument("--owner", metavar="WHO", required=True, help="a member of staff: an id or e-mail address")
    add.add_argument("--region", metavar="CC", help="the country of phone numbers without its code (US)")
    teams.leaf("list", "teams:show_all", "list your workspaces")
    member = teams.leaf("member", "teams:member", "make somebody a member of a team, or change their role")
    member.add_argument("team", metavar="TEAM")
    member.add_argument("who", metavar="WHO", nargs="?", help="a member of staff; without one the members are listed")
    member.add_argument("--role", choices=words(Role), help="what they may do there")
    remove = teams.leaf("remove", "teams:remove", "remove somebody from a team")
    remove.add_argument("team", metavar="TEAM")
    remove.add_argument("who", metavar="WHO")


def _clients(clients: Commands) -> None:
    add = clients.leaf("add", "clients:add", "add a client")
    add.add_argument("name", metavar="NAME", help="their name")
    add.add_argument("--in", metavar="WORKSPACE", dest="workspace", required=True, help="a team's name, or personal")
    add.add_argument("--status", choices=words(Status), default=Status.LEAD.value, help="lead, unless said otherwise")
    add.add_argument("--portal", action="store_true", help="enable the client portal")
    _client_facts(add)

    change = clients.leaf("set", "clients:change", "change a client; an empty text takes the fact away")
    change.add_argument("client", metavar="CLIENT", help="an id or e-mail address")
    change.add_argument("--name", metavar="N", help="their name")
    change.add_argument("--status", choices=words(Status), help="lead and active clients get what goes to all")
    change.add_argument("--portal", choices=_ON_OFF, help="enable or disable the client portal")
    change.add_argument("--mute-email", choices=_ON_OFF, help="send them no e-mail")
    change.add_argument("--move-to", metavar="WORKSPACE", help="the workspace that they go to")
    _client_facts(change)

    for name, does in (("assign", "assign a member of the team to a client"), ("unassign", "take that away")):
        leaf = clients.leaf(name, f"clients:{name}", does)
        leaf.add_argument("client", metavar="CLIENT")
        leaf.add_argument("who", metavar="WHO")

    show_all = clients.leaf("list", "clients:show_all", "list clients by name")
    show_all.add_argument("--in", metavar="WORKSPACE", dest="workspace", help="only those of this workspace")
    show_all.add_argument("--status", choices=words(Status), help="only those with this status")
    show_all.add_argument("--search", metavar="TEXT", default="", help="beginnings of names and addresses, or a number")
    add_pages(show_all)

    load = clients.leaf("import", "imports:load", "bring in a list of clients that a spreadsheet wrote (CSV)")
    load.add_argument("file", metavar="FILE", help="- is standard input")
    load.add_argument("--in", metavar="WORKSPACE", dest="workspace", required=True)
    load.add_argument("--region", metavar="CC", help="the country of phone numbers without its code, as US or DE")
    load.add_argument("--map", metavar="HEADING=FIELD", action="append", default=[], help="FIELD - leaves it out")
    load.add_argument("--encoding", metavar="NAME", help="of the file, where it is none of the usual ones")
    load.add_argument("--strict", action="store_true", help="any bad row, and none comes in")
    load.add_argument("--dry-run", action="store_true", help="say what would be done")


def _client_facts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", metavar="E", help="their e-mail address")
    parser.add_argument("--phone", metavar="P", help="their phone number")
    parser.add_argument("--sms", choices=words(Consent), help="the client's word on SMS")
    parser.add_argument("--how", metavar="TEXT", default="", help="when and how they gave it")
    parser.add_argument("--note", metavar="N", help="a note, which only staff see")


def _sending(commands: Commands) -> None:
    send = commands.leaf("send", "messages:send", "start a new thread")
    send.add_argument("--to", metavar="WHO", nargs="+", action="extend", help="all-clients, all-team, or people")
    send.add_argument("--from", metavar="WORKSPACE", dest="workspace", help="a team's name, or personal")
    send.add_argument("--subject", metavar="S", help="the subject")
    body = add_body(send)
    body.add_argument("--template", metavar="NAME", help="the text and subject of a template")
    body.add_argument("--draft", metavar="ID", help="send this draft, as it stands")
    lock = send.add_mutually_exclusive_group()
    lock.add_argument("--locked", action="store_true", default=None, help="only the owner writes in it")
    lock.add_argument("--unlocked", action="store_false", dest="locked", help="whoever sees it can reply")
    send.add_argument("--dry-run", action="store_true", help="say who would be reached")
    _yes(send)
    reply = commands.leaf("reply", "messages:reply", "write in a thread")
    reply.add_argument("thread", metavar="THREAD")
    add_body(reply).add_argument("--draft", metavar="ID", help="send this draft, as it stands")
    _yes(reply)
    edit = commands.leaf("edit", "messages:edit", "change a message of yours")
    edit.add_argument("message", metavar="MESSAGE")
    add_body(edit)
    delete = commands.leaf("delete-message", "messages:delete", "delete a message")
    delete.add_argument("message", metavar="MESSAGE")
    undo = commands.leaf("undo", "messages:undo", "take your last message back as a draft, while nothing has left")
    undo.add_argument("thread", metavar="THREAD")
    commands.group("drafts", "what you have not sent yet", _drafts)


def _drafts(drafts: Commands) -> None:
    drafts.leaf("list", "drafts:show_all", "list your drafts")
    drafts.leaf("show", "drafts:show", "show a draft").add_argument("id", metavar="ID", help="of `drafts list`")
    drafts.leaf("discard", "drafts:discard", "throw a draft away").add_argument("id", metavar="ID", help="likewise")


def _threads(commands: Commands) -> None:
    listed = commands.leaf("threads", "threads:show_all", "list the threads you see, newest first")
    listed.add_argument("--search", metavar="TEXT", default="", help="beginnings of words in subject, texts or names")
    which = listed.add_mutually_exclusive_group()
    which.add_argument("--unread", action="store_true", help="only those with something unread")
    which.add_argument("--deleted", action="store_true", help="only those that were deleted")
    add_pages(listed)
    add_view(listed)
    show = commands.leaf("show", "threads:show", "read a thread")
    show.add_argument("thread", metavar="THREAD")
    show.add_argument("--peek", action="store_true", help="leave it unread")
    show.add_argument("--before", metavar="MESSAGE", help="the page before this message")
    show.add_argument("--limit", metavar="N", type=int, default=50, help="at most so many messages (50)")
    add_view(show)
    add_view(commands.leaf("unread", "threads:unread", "count what is unread"))
    commands.group("thread", "change a thread", _thread)


def _thread(thread: Commands) -> None:
    rename = thread.leaf("rename", "threads:rename", "change the subject; an empty one takes it away")
    rename.add_argument("thread", metavar="THREAD")
    rename.add_argument("subject", metavar="SUBJECT", help="the new subject")
    for name, does in (
        ("lock", "only the owner writes in it from now on"),
        ("unlock", "whoever sees it can reply"),
        ("delete", "remove it from every portal and list"),
        ("restore", "make a deleted one visible again"),
        ("withdraw", "lock and delete it at once, cancel what has not left, and say what had left"),
        ("leave", "leave a direct thread"),
    ):
        leaf = thread.leaf(name, f"threads:{name}", does)
        leaf.add_argument("thread", metavar="THREAD")
        _yes(leaf, asks=name == "unlock")
    for name, does in (("add", "add somebody to a direct thread"), ("remove", "remove somebody from one")):
        leaf = thread.leaf(name, f"threads:{name}", does)
        leaf.add_argument("thread", metavar="THREAD")
        leaf.add_argument("who", metavar="WHO")
        _yes(leaf, asks=name == "add")
    unread = thread.leaf("unread", "threads:set_unread", "set it unread")
    unread.add_argument("thread", metavar="THREAD")
    unread.add_argument("--from", metavar="MESSAGE", dest="message", help="from this message on")


def _ledger(commands: Commands) -> None:
    deliver = commands.leaf("deliver", "deliver:deliver", "notify: send what is due, until it is stopped")
    how = deliver.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="end when nothing is due")
    how.add_argument("--status", action="store_true", help="only say what is waiting")
    deliver.add_argument("--now", action="store_true", help="do not wait for the quiet period")

    deliveries = commands.leaf("deliveries", "deliveries:show_all", "list notifications and what became of each")
    deliveries.add_argument("--thread", metavar="T", help="only those of this thread")
    deliveries.add_argument("--state", choices=words(DeliveryState), help="only those in this state")
    _reason(deliveries)
    add_pages(deliveries)
    below = Commands(deliveries, required=False)
    retry = below.leaf("retry", "deliveries:retry", "try failed ones again")
    _which(retry).add_argument("--state", choices=["failed"], help="all that failed")
    _reason(retry)
    resolve = below.leaf("resolve", "deliveries:resolve", "say what became of unknown ones")
    answer = resolve.add_mutually_exclusive_group(required=True)
    answer.add_argument("--arrived", action="store_true", help="they arrived")
    answer.add_argument("--resend", action="store_true", help="they are sent again")
    _which(resolve)
    release = below.leaf("release", "deliveries:release", "let held ones leave")
    which = release.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="all that are held")
    which.add_argument("--thread", metavar="T", help="all of a thread")
    fold = commands.leaf("fold", "folding:fold", "keep of deliveries of old broadcasts only how each ended")
    when = fold.add_mutually_exclusive_group(required=True)
    when.add_argument("--before", metavar="T", help="those settled before: 2025-01-01; ISO 8601")
    when.add_argument("--older-than", metavar="DAYS", type=int, help="those settled so many days ago")
    fold.add_argument("--dry-run", action="store_true", help="say how many they are")
    fold.add_argument("--compact", action="store_true", help="give the space back to the disk, too (SQLite)")
    _yes(fold)
    resume = below.leaf("resume", "deliveries:resume", "let a paused channel send again, once its account is mended")
    resume.add_argument("--channel", choices=words(Channel), help="without it, both")


def _audience(commands: Commands) -> None:
    audience = commands.leaf("audience", "audience:show_all", "list who saw it, who was notified, and who read it")
    audience.add_argument("thread", metavar="THREAD", nargs="?")
    audience.add_argument("--ahead", action="store_true", help="who would get a follow-up in this thread")
    audience.add_argument("--to", metavar="WHO", nargs="+", action="extend", help="who would get a new thread")
    audience.add_argument("--from", metavar="WORKSPACE", dest="workspace", help="a team's name, or personal")
    audience.add_argument("--filter", metavar="F", help=", ".join(dict.fromkeys([*words(Among), *words(Ahead)])))
    audience.add_argument("--search", metavar="TEXT", default="", help="beginnings of names and addresses, or a number")
    audience.add_argument("--csv", action="store_true", help="everybody, as a spreadsheet reads it")
    add_pages(audience)

    catch_up = commands.leaf("catch-up", "audience:catch_up", "notify those who see it and were not notified")
    catch_up.add_argument("thread", metavar="THREAD")
    catch_up.add_argument("--dry-run", action="store_true", help="say who would be notified")
    catch_up.add_argument("--undo", action="store_true", help="take one back that has not begun to leave")
    _yes(catch_up)


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", metavar="TEXT", help="only those of which something with these words was said")


def _which(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("ids", metavar="ID", nargs="*", help="of `deliveries`")
    parser.add_argument("--thread", metavar="T", help="all of a thread")
    return parser


def _templates(templates: Commands) -> None:
    add = templates.leaf("add", "templates:add", "add a text template")
    add.add_argument("name", metavar="NAME", help="its name")
    add.add_argument("--team", metavar="TEAM", help="for the whole team; without it, your own")
    _template_facts(add, required=True)
    listed = templates.leaf("list", "templates:show_all", "list the templates you can use")
    listed.add_argument("--search", metavar="TEXT", default="", help="words of name, shortcut or text")
    templates.leaf("show", "templates:show", "show a template").add_argument("name", metavar="NAME", help=_TEMPLATE)
    edit = templates.leaf("edit", "templates:edit", "change a template; an empty text takes the fact away")
    edit.add_argument("name", metavar="NAME", help=_TEMPLATE)
    edit.add_argument("--name", metavar="NAME", dest="new_name", help="its new name")
    _template_facts(edit, required=False)
    remove = templates.leaf("remove", "templates:remove", "remove a template")
    remove.add_argument("name", metavar="NAME", help=_TEMPLATE)
    render = templates.leaf("render", "templates:render", "show a template as a client would get it")
    render.add_argument("name", metavar="NAME", help=_TEMPLATE)
    render.add_argument("--for", metavar="CLIENT", dest="client", required=True)
    load = templates.leaf("import", "template_files:load", "bring in templates from Markdown files")
    load.add_argument("files", metavar="FILE", nargs="+", help="or a folder of them; - is standard input")
    load.add_argument("--team", metavar="TEAM", help="for the whole team; without it, your own")
    load.add_argument("--dry-run", action="store_true", help="say what would be done")
    out = templates.leaf("export", "template_files:export", "write templates to Markdown files, to share them")
    out.add_argument("names", metavar="NAME", nargs="*", help="without one, all that you can use")
    out.add_argument("--team", metavar="TEAM", help="only those of this team")
    out.add_argument("--to", metavar="FOLDER", dest="folder", required=True, help="one file each, named after it")
    out.add_argument("--force", action="store_true", help="overwrite files that hold other words")


def _template_facts(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--shortcut", metavar="S", help="what is typed after a / to have it offered in place")
    parser.add_argument("--subject", metavar="S", help="the subject of a new thread with it")
    add_body(parser, required=required)


def _plain(parser: argparse.ArgumentParser, *, default: object) -> None:
    does = "as a dialogue of lines, for screen readers and braille"
    parser.add_argument("--plain", action="store_true", default=default, help=does)


def _yes(parser: argparse.ArgumentParser, *, asks: bool = True) -> None:
    """`asks` False: nothing is asked, but the option was understood there, and scripts may give it."""
    parser.add_argument("--yes", action="store_true", help="answer what is asked first" if asks else argparse.SUPPRESS)
