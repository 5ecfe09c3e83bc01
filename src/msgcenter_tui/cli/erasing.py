"""`msgcenter erase`: all that is stored of a client, at their request, for good."""

from __future__ import annotations

from msgcenter_tui.center import erasing
from msgcenter_tui.cli.output import Answer, Paper, count, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Erased
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store.sweeping import Swept, sweep


def erase(session: Session) -> Answer:
    """Asked again for a client who is erased, it only sweeps the file once more."""
    done = session.run(erasing.erase, session.args.client, yes=session.args.yes)
    try:
        swept = sweep(session.store)
    except StoreUnavailable as error:
        why, cure = error.why, f"say it again, `msgcenter erase {done.client}`, when that is mended"
        what = f"{done.client} is erased, and bytes of it may be left in the file of the store"
        raise StoreUnavailable(what, why, cure) from error

    def text(paper: Paper) -> None:
        paper.say(_sentence(done))
        if swept is not None and not swept.clean:
            paper.say("bytes of it are left in the -wal beside the store, which somebody reads: say it again", "warn")
        for copy in swept.copies if swept else ():
            paper.say(f"{copy} still holds it", "warn")

    return Answer(_json(done, swept), text)


def _sentence(done: Erased) -> str:
    if not done.new:
        return f"{done.client} was erased already, on {local(done.at)}"
    messages, notifications = count(done.messages, "message"), count(done.suppressed, "notification")
    return f"{done.client} is erased: {messages} replaced, {notifications} will not leave"


def _json(done: Erased, swept: Swept | None) -> dict[str, object]:
    return {
        "client": done.client,
        "at": done.at.isoformat(),
        "messages": done.messages,
        "suppressed": done.suppressed,
        "new": done.new,
        "swept": None if swept is None else swept.clean,
        "copies": [str(copy) for copy in swept.copies] if swept else [],
    }
