"""The configuration: a TOML file, then MSGCENTER_* variables, then options; the later one wins.

A variable is named after its key: MSGCENTER_SMTP_HOST. docs/cli.md describes every key.
"""

from __future__ import annotations

from msgcenter_tui.config.loading import load
from msgcenter_tui.config.places import config_path, data_path, state_path
from msgcenter_tui.config.settings import Config, Log, Password, Sms, Smtp, Ui
from msgcenter_tui.config.writing import save, save_account, typed_account

__all__ = [
    "Config",
    "Log",
    "Password",
    "Sms",
    "Smtp",
    "Ui",
    "config_path",
    "data_path",
    "load",
    "save",
    "save_account",
    "state_path",
    "typed_account",
]
