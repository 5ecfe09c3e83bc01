"""Loading the configuration: reads its sources, the later over the earlier, and checks what they say together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from msgcenter_tui import clear
from msgcenter_tui.config.keys import KINDS, SECRETS
from msgcenter_tui.config.places import config_path, data_path
from msgcenter_tui.config.settings import THEME, Config, Log, Password, Sms, Smtp, Ui
from msgcenter_tui.domain import Policy
from msgcenter_tui.errors import BadConfig

PREFIX: Final = "MSGCENTER_"


class _Given(NamedTuple):
    """A value that was given, and where, for people."""

    value: Any
    where: str
    rank: int


_Values = dict[tuple[str, str], _Given]


def load(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    options: Mapping[str, str] | None = None,
    must_exist: bool = True,
) -> Config:
    """The configuration. `options` are those of the command line: `db`, `as`, `log.file`.

    Raises BadConfig, which names file and key, for a key that is not known and a value that cannot be used, and where
    $MSGCENTER_CONFIG names a file that is not there (unless it need not: a set-up will write it).
    """
    path = path or config_path(environ)
    named = "MSGCENTER_CONFIG" in environ and must_exist
    values = _in_file(path, _text(path, named=named))
    for section, key, text, variable in _in_environment(environ):
        try:
            value = KINDS[section][key].from_text(text)
        except ValueError as error:
            raise BadConfig(f"{variable} cannot be used", str(error)) from None
        values[section, key] = _read(section, key, value, variable, rank=1)
    for name, text in (options or {}).items():
        section, _, key = name.rpartition(".")
        values[section, key] = _read(section, key, text, f"--{name.replace('.', '-')}", rank=2)
    return _built(path, values)


def check(path: Path, text: str) -> Config:
    """The configuration that `text` would be as the file at `path`; raises BadConfig as `load` does."""
    return _built(path, _in_file(path, text))


def _text(path: Path, *, named: bool) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if named:
            raise BadConfig(f"{path} is not there", "MSGCENTER_CONFIG names it", "make it, or unset it") from None
        return ""
    except OSError as error:
        raise BadConfig(f"{path} cannot be read", (error.strerror or "").lower(), "make it readable") from None
    except UnicodeDecodeError:
        raise BadConfig(f"{path} cannot be read", "it is not in UTF-8", "save it as UTF-8") from None


def _in_file(path: Path, text: str) -> _Values:
    if not text:  # then what reads TOML need not be imported before the first frame
        return {}
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # It names the place, and a character at most: nothing of a password.
        raise BadConfig(f"{path} is not TOML", str(error), "mend that line") from None
    except RecursionError:
        raise BadConfig(f"{path} cannot be read", "it is nested too deeply", "take brackets away") from None
    return {
        (section, key): _read(section, key, value, f"{path}: {_dotted(section, key)}", rank=0)
        for section, key, value in _sections(path, document)
    }


def _sections(path: Path, document: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    for name, content in document.items():
        if name not in KINDS or not name:
            yield "", name, content
        elif isinstance(content, dict):
            yield from ((name, key, value) for key, value in content.items())
        else:
            raise BadConfig(f"{path}: {name} cannot be used", "it is a section", f"write its keys below [{name}]")


def _in_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    known = {PREFIX + "_".join(filter(None, (s, k))).upper(): (s, k) for s, keys in KINDS.items() for k in keys}
    sections = tuple(f"{PREFIX}{section.upper()}_" for section in KINDS if section)
    for variable, text in environ.items():
        if variable in known and text:
            section, key = known[variable]
            yield section, key, text, variable
        elif variable.startswith(sections) and variable not in known:
            raise BadConfig(f"the variable {variable} is not known", "", _near(variable, list(known)))


def _read(section: str, key: str, value: object, where: str, rank: int) -> _Given:
    if key not in KINDS[section]:
        near = _near(_dotted(section, key), [_dotted(s, k) for s, keys in KINDS.items() for k in keys])
        raise BadConfig(f"{where} is not known", "", near)
    try:
        return _Given(KINDS[section][key].read(value), where, rank)
    except ValueError as error:
        raise BadConfig(f"{where} cannot be used", str(error)) from None


def _dotted(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key


def _near(given: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(given, known, 1)
    return f"did you mean {near[0]}?" if near else "docs/cli.md lists the keys"


# -- building ---------------------------------------------------------------------------------------------------------


class _Section:
    """The values of one section."""

    def __init__(self, path: Path, values: _Values, section: str) -> None:
        self.path = path
        self.section = section
        self.given = {key: given for (there, key), given in values.items() if there == section}

    def get(self, key: str, default: Any) -> Any:
        return self.given[key].value if key in self.given else default

    def need(self, key: str) -> Any:
        if key not in self.given:
            place = f"{self.path}: {self.section}.{key}"
            raise BadConfig(
                f"{place} is missing", f"there are other keys of [{self.section}]", "give it, or remove them"
            )
        return self.given[key].value

    def where(self, key: str) -> str:
        return self.given[key].where

    def password(self) -> Password | None:
        """The one that was said last; two in one place contradict each other."""
        sources = [(self.given[key].rank, key) for key in SECRETS if key in self.given]
        if not sources:
            return None
        rank, key = max(sources)
        same = [other for there, other in sources if there == rank and other != key]
        if same:
            raise BadConfig(f"{self.where(key)} cannot be used", f"{same[0]} is given as well", "give one of them")
        return Password(key, self.given[key].value, self.where(key))


def _built(path: Path, values: _Values) -> Config:
    top, notify, ui = (_Section(path, values, name) for name in ("", "notify", "ui"))
    log = _Section(path, values, "log")
    usual = Policy()
    return Config(
        path=path,
        database=_database(path, top.given.get("db")),
        acts_as=top.get("as", None),
        smtp=_smtp(_Section(path, values, "smtp")),
        sms=_sms(_Section(path, values, "sms")),
        policy=Policy(
            quiet_period=notify.get("quiet_period", usual.quiet_period),
            reply_gather=notify.get("reply_gather", usual.reply_gather),
            portal_url=_Section(path, values, "portal").get("url", usual.portal_url),
        ),
        ui=Ui(
            theme=ui.get("theme", THEME),
            keymap=ui.get("keymap", MappingProxyType({})),
            ascii=ui.get("ascii", None),
            motion=ui.get("motion", "full"),
            plain=ui.get("plain", False),
            lock_after=ui.get("lock_after", 0.0),
        ),
        log=Log(_log_file(path, log.given.get("file")), log.get("level", "info"), log.get("format", "json")),
    )


def _database(path: Path, given: _Given | None) -> str:
    if given is None:
        return str(data_path())
    text = str(given.value)
    if given.rank == 0 and "://" not in text:
        return str(path.parent / Path(text).expanduser())  # what a file says is relative to it
    return text


def _log_file(path: Path, given: _Given | None) -> str | None:
    if given is None:
        return None
    place = Path(str(given.value)).expanduser()
    return str(path.parent / place if given.rank == 0 else place)  # what a file says is relative to it


def _smtp(section: _Section) -> Smtp | None:
    if not section.given:
        return None
    security = section.get("security", "starttls")
    account = Smtp(
        host=section.need("host"),
        port=section.get("port", _PORTS[security]),
        security=security,
        sender=section.need("from"),
        force_insecure=section.get("force_insecure", False),
        username=section.get("username", ""),
        password=section.password(),
        reply_to=section.get("reply_to", ""),
        connections=section.get("connections", 8),
        per_minute=section.get("per_minute", None),
        unsubscribe_url=section.get("unsubscribe_url", ""),
    )
    login = account.password is not None or account.username != ""
    if security == "none" and (why := clear.why_no_mail(account.host, login=login, forced=account.force_insecure)):
        cure = _SECURE if login else _SECURE + _FORCE
        raise BadConfig(f"{section.where('security')} cannot be none", why, cure)
    return account


_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_SECURE: Final = "use starttls or tls"
_FORCE: Final = ", or say force_insecure = true to send mail without any protection"


def _sms(section: _Section) -> Sms | None:
    if not section.given:
        return None
    account = Sms(
        url=section.need("url"),
        sender=section.need("from"),
        username=section.get("username", ""),
        password=section.password(),
        account=section.get("account", ""),
        connections=section.get("connections", 4),
    )
    url, where = urlsplit(account.url), section.where("url")
    if why := clear.why_no_texts(account.url):
        raise BadConfig(f"{where} cannot be used", why, "begin it with https://")
    if "@" in url.netloc or url.query or url.fragment:
        why = "it holds more than a host and a path"
        raise BadConfig(f"{where} cannot be used", why, "give user and password by keys of their own")
    return account
