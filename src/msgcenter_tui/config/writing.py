"""Writing the configuration: what the set-up asked for goes into the file, and nothing else of it changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgcenter_tui.config.keys import KINDS
from msgcenter_tui.config.loading import check
from msgcenter_tui.config.settings import Smtp
from msgcenter_tui.errors import BadConfig, BadInput, Unavailable, reason
from msgcenter_tui.files import whole

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_PRIVATE_FOLDER = 0o700


def save(path: Path, values: Mapping[str, Mapping[str, str | int | bool]]) -> None:
    """Set keys by section in the file at `path`; what else is in it stays, its comments too. "" takes a key away.

    The file is replaced whole, and then readable by nobody else: it may hold a password. Raises BadConfig for what
    `config.load` would not accept; then nothing is written, nor where Unavailable is raised.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(path.read_text("utf-8-sig")) if path.exists() else tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError):
        raise BadConfig(f"{path} cannot be changed", "it is not a TOML file", "mend it, or move it away") from None
    for section, keys in values.items():
        _set(document, section, keys)
    text = tomlkit.dumps(document)
    check(path, text)
    _replace(path, text)


def save_account(path: Path, account: Mapping[str, str]) -> None:
    """Keep the mail account that the set-up asked for: keys of [smtp] with their values as they were typed.

    A key that is empty is left to its default, and taken out of the file. Raises BadInput or BadConfig for what
    cannot be used; then nothing is written.
    """
    save(path, {"smtp": _typed(account)})


def typed_account(path: Path, account: Mapping[str, str]) -> Smtp | None:
    """The account that `save_account` would keep, nothing written; None where nothing was typed. Raises as it does."""
    import tomlkit

    typed = {key: value for key, value in _typed(account).items() if value != ""}
    return check(path, tomlkit.dumps({"smtp": typed}) if typed else "").smtp


def _typed(account: Mapping[str, str]) -> dict[str, str | int | bool]:
    kinds = KINDS["smtp"]
    values: dict[str, str | int | bool] = {}
    for key, text in account.items():
        if key not in kinds:
            raise BadInput(f"a mail account has no {key[:40]!r}")
        if not text.strip():
            values[key] = ""
            continue
        try:
            value = kinds[key].from_text(text if key == "password" else text.strip())
            kinds[key].read(value)
        except ValueError as error:
            raise BadInput(f"the {key} cannot be used", str(error)) from None
        assert isinstance(value, str | int | bool)
        values[key] = value
    return values


def _set(document: TOMLDocument, section: str, keys: Mapping[str, str | int | bool]) -> None:
    import tomlkit

    if section not in document:
        document[section] = tomlkit.table()
    table = document[section]
    assert isinstance(table, dict)
    for key, value in keys.items():
        if value == "":
            table.pop(key, None)
        else:
            table[key] = value


def _replace(path: Path, text: str) -> None:
    folder = Path(os.path.realpath(path)).parent  # where it is a link: the file is kept elsewhere, with others
    try:
        folder.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
        with whole(path, over=True) as file:
            file.write(text.encode())
    except OSError as error:
        why = reason(error)
        raise Unavailable(f"{path} cannot be written", why, "name another file in MSGCENTER_CONFIG") from None
