"""`msgcenter backup` and `restore`: the whole store in one file, and back, while it is in use."""

from __future__ import annotations

from msgcenter_tui.center import backups
from msgcenter_tui.cli.output import Answer, Paper, count, done
from msgcenter_tui.cli.session import Session


def back_up(session: Session) -> Answer:
    config = session.config
    made = backups.back_up(config.database, session.args.file, who=config.acts_as)
    sentence = f"backed up {config.database} into {made.path}, {count(made.size, 'byte')}"
    return done(sentence, database=config.database, backup=str(made.path), bytes=made.size)


def restore(session: Session) -> Answer:
    args, config = session.args, session.config
    restored = backups.restore(config.database, args.file, who=config.acts_as, yes=args.yes)

    def text(paper: Paper) -> None:
        paper.say(f"restored {restored.path} from {args.file}")
        if restored.former is not None:
            paper.say(f"the store as it was before is kept as {restored.former}")
        if restored.held:
            what = f"{count(restored.held, 'notification')} held or unknown: they may have left already"
            paper.say(f"{what}; see `msgcenter deliveries`", "warn")

    former = None if restored.former is None else str(restored.former)
    return Answer({"database": str(restored.path), "former": former, "held": restored.held}, text)
