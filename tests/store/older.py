"""Stores of older versions, for the tests of what an upgrade makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from msgcenter_tui.store import migrations
from msgcenter_tui.store.store import Store, open_store


@contextmanager
def of_version(version: str, url: str) -> Iterator[Store]:
    """A new store as the migrations up to this version make it, to be filled; whoever opens it next upgrades it."""
    whole = migrations.LINE
    older = whole.revisions[: whole.revisions.index(version) + 1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "LINE", migrations.Line(whole.folder, older))
        store = open_store(url)
    with closing(store):
        yield store
