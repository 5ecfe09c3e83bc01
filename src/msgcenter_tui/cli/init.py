"""`msgcenter init`: makes or upgrades the store."""

from __future__ import annotations

from contextlib import closing

from msgcenter_tui.cli.output import Answer, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.store.store import Store


def init(session: Session) -> Answer:
    with closing(Store(session.config.database, policy=session.config.policy)) as store:
        schema = store.migrate()
    return done(f"the store {store.name} is ready, schema {schema}", database=store.name, schema=schema)
