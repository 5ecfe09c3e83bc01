"""Where the configuration, the store and the logs of a user lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

APP: Final = "msgcenter"


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The file that $MSGCENTER_CONFIG names, else config.toml in the user's config folder."""
    if named := environ.get("MSGCENTER_CONFIG"):
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def data_path() -> Path:
    """The default store: a file in the user's data folder."""
    import platformdirs

    return platformdirs.user_data_path(APP, appauthor=False) / "messages.sqlite3"


def state_path() -> Path:
    """The folder for logs."""
    import platformdirs

    return platformdirs.user_state_path(APP, appauthor=False)
