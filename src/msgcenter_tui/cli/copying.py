"""`msgcenter copy`: the whole store into a new one, on a server or in a file, while it is in use."""

from __future__ import annotations

from msgcenter_tui.center import copying
from msgcenter_tui.cli import long_work
from msgcenter_tui.cli.output import Answer, Paper, count
from msgcenter_tui.cli.session import Session


def copy(session: Session) -> Answer:
    args, config = session.args, session.config
    with long_work.bar(quiet=session.json) as told:
        copied = copying.copy(
            args.source or config.database,
            args.target,
            who=config.acts_as,
            heard=lambda step: told(step.doing, step.done, step.all),
        )

    def text(paper: Paper) -> None:
        paper.say(f"copied {copied.source} into {copied.target}, each row compared")
        paper.table(("TABLE", "ROWS"), copied.rows.items())
        if copied.held:
            what = f"{count(copied.held, 'notification')} held or unknown in the copy"
            paper.say(f"{what}: only {copied.source} sends them, as long as nobody releases them here", "warn")

    tables = [{"table": table, "rows": rows} for table, rows in copied.rows.items()]
    return Answer({"source": copied.source, "target": copied.target, "held": copied.held, "tables": tables}, text)
