"""A PostgreSQL server that goes away and comes back: said once, nothing typed is lost, and nothing is sent twice."""

from __future__ import annotations

import pytest
from tests.conftest import Clock
from tests.line import AtCommit, Line
from tests.tui.conftest import Run
from tests.world import World

from msgcenter_tui.center import drafts, messages, threads
from msgcenter_tui.domain import Draft, Recipients, ThreadId, ThreadKind
from msgcenter_tui.store import notifiers
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui import drafting

AWAY = "the store does not answer, trying again"


class Two:
    """Maya at the terminal, Ben beside her, on the server itself."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.world = World(store, clock)
        maya, ben = self.world.staff("Maya Ortiz"), self.world.staff("Ben")
        team = self.world.team("Team", owner=maya)
        self.world.member(team, ben)
        self.maya, self.ben = self.world.actor(maya), self.world.actor(ben)
        sent = self.world.run(messages.start, self.maya, Recipients(ThreadKind.DIRECT, (ben.id,)), team.id, "First.")
        assert sent.thread is not None
        self.thread: ThreadId = sent.thread

    def bodies(self) -> list[str]:
        return [message.body for message in self.world.run(threads.open_thread, self.maya, self.thread).messages]

    def draft(self) -> Draft | None:
        return self.world.run(drafts.for_thread, self.maya, self.thread)


@pytest.fixture
def two(postgresql_store: Store, clock: Clock) -> Two:
    return Two(postgresql_store, clock)


async def test_a_server_that_goes_and_comes_back(  # hazards 39, M4, S1
    two: Two, line: Line, far: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "AGAIN", 0.1)
    async with run(two.maya) as driven:
        await driven.press("r")
        with line.down():
            await driven.until(lambda: AWAY in driven.text)
            await driven.pilot.press(*"kept")
            await driven.until(lambda: "kept" in driven.text)
            await driven.until(lambda: driven.screen._keeper.behind)
            assert two.draft() is None
            two.world.run(messages.reply, two.ben, two.thread, "Meanwhile.")
        await driven.until(lambda: AWAY not in driven.text)
        await driven.until(lambda: "Meanwhile." in driven.text)
        await driven.until(lambda: (draft := two.draft()) is not None and draft.body == "kept")
        assert driven.screen.pane.composer.text == "kept"
        said = [saying.words for saying in driven.app.said.to(driven.app)]
        assert len([words for words in said if "cannot be used" in words]) <= 2


async def test_a_send_whose_answer_is_lost_is_sent_once(two: Two, line: Line, far: Store, run: Run) -> None:  # N8
    async with run(two.maya) as driven:
        await driven.press("r")
        await driven.type("Once.")
        await driven.until(lambda: two.draft() is not None)
        line.of = b"INSERT INTO messages"
        line.at_commit, line.then_down = AtCommit.UNANSWERED, True
        await driven.pilot.press("ctrl+s")
        await driven.until(lambda: two.bodies() == ["First.", "Once."])
        assert driven.screen.pane.composer.text == "Once."
        line.open = True
        await driven.until(lambda: driven.screen.pane.composer.text == "")
        assert two.bodies() == ["First.", "Once."]
        assert two.draft() is None


async def test_one_can_leave_while_the_server_is_gone(two: Two, line: Line, far: Store, run: Run) -> None:
    async with run(two.maya) as driven:
        with line.down():
            await driven.until(lambda: AWAY in driven.text)
            await driven.pilot.press("ctrl+q")
            await driven.until(lambda: "Quit?" in driven.text)
            await driven.pilot.press("y")
            await driven.until(lambda: not driven.app.is_running)


async def test_what_another_terminal_does_appears(two: Two, far: Store, run: Run) -> None:
    """By the server's word: nobody asks it again and again."""
    async with run(two.maya) as driven:
        two.world.run(messages.reply, two.ben, two.thread, "From beside.")
        await driven.until(lambda: "From beside." in driven.text)
        asked = len(driven.front.asked)
        for _ in range(3):
            two.world.store.run(notifiers.heartbeat, "another")
        before = driven.front.polls
        await driven.until(lambda: driven.front.polls > before + 3)
        assert "list_threads" not in driven.front.asked[asked:]
