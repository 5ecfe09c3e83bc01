"""The app over one store file, as a program of its own: what tests start in a pseudo-terminal."""

from __future__ import annotations

import sys
from datetime import UTC

from msgcenter_tui.center import identity
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import open_store
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.services import Services


def main(path: str, who: str) -> None:
    store = open_store(path)
    services = Services(Front(store), store.run(identity.who, who), demonstration=True, zone=UTC, blink=False)
    MessageCenterApp(services).run()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
