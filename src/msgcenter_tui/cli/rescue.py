"""`msgcenter rescue`: saves what can be read of a damaged store into a new one."""

from __future__ import annotations

from pathlib import Path

from msgcenter_tui.cli.output import Answer, Cell, Paper, count
from msgcenter_tui.cli.session import Session
from msgcenter_tui.store import rescue
from msgcenter_tui.store.engine import file_of


def save(session: Session) -> Answer:
    database, args = session.config.database, session.args
    copies = rescue.copied(file_of(database), Path(args.copy).expanduser()) if args.copy else ()
    rescued = rescue.rescue(database, args.file)

    def text(paper: Paper) -> None:
        for copy in copies:
            paper.say(f"copied {copy}")
        paper.say(f"saved {count(rescued.rows, 'row')} into {rescued.path}")
        rows = [(one.table, one.rows, Cell("some lost" if one.lost else "", "bad")) for one in rescued.tables]
        paper.table(("TABLE", "ROWS", ""), rows)
        if rescued.held:
            what = f"{count(rescued.held, 'notification')} held or unknown: they may have left already"
            paper.say(f"{what}; see `msgcenter deliveries`", "warn")

    tables = [{"table": one.table, "rows": one.rows, "lost": one.lost} for one in rescued.tables]
    document = {"database": str(rescued.path), "lost": rescued.lost, "held": rescued.held, "tables": tables}
    return Answer({**document, "copies": [str(copy) for copy in copies]}, text)
