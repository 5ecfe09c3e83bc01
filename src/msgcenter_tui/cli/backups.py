"""`msgcenter backup` and `restore`: the whole store in one file, and back, while it is in use."""

from __future__ import annotations

from msgcenter_tui.center import backups as center
from msgcenter_tui.cli.output import Answer, Paper, count, done
from msgcenter_tui.cli.session import Session
from msgcenter_tui.errors import Ask, StoreUnavailable
from msgcenter_tui.store import backups
from msgcenter_tui.store.engine import file_of


def back_up(session: Session) -> Answer:
    database = session.config.database
    file_of(database)
    session.run(center.begin_backup)
    made = backups.back_up(database, session.args.file)
    sentence = f"backed up {session.store.name} into {made.path}, {count(made.size, 'byte')}"
    return done(sentence, database=session.store.name, backup=str(made.path), bytes=made.size)


def restore(session: Session) -> Answer:
    args, database = session.args, session.config.database
    path = file_of(database)
    if path.exists():
        _check(session)
        if not args.yes:
            why = "what was written since then is kept in a file beside it, and what waits to be sent is held"
            raise Ask(f"the store {path} becomes what it was when {args.file} was made", why)
    restored = backups.restore(database, args.file)

    def text(paper: Paper) -> None:
        paper.say(f"restored {restored.path} from {args.file}")
        if restored.former is not None:
            paper.say(f"the store as it was before is kept as {restored.former}")
        if restored.held:
            what = f"{count(restored.held, 'notification')} held or unknown: they may have left already"
            paper.say(f"{what}; see `msgcenter deliveries`", "warn")

    former = None if restored.former is None else str(restored.former)
    return Answer({"database": str(restored.path), "former": former, "held": restored.held}, text)


def _check(session: Session) -> None:
    """S4, as far as the store that is there can still be asked."""
    try:
        if session.store.run(center.is_used):
            session.run(center.check_restore)
    except StoreUnavailable:
        return  # it is damaged, or none: that is what a backup is for
    finally:
        session.close()
