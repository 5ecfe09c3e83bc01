"""`msgcenter fold`: of settled deliveries of old broadcasts only what became of each is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

from msgcenter_tui.center import folding
from msgcenter_tui.cli import long_work
from msgcenter_tui.cli.output import Answer, Paper, count, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import RunId
from msgcenter_tui.errors import Ask, BadInput
from msgcenter_tui.rules import asking
from msgcenter_tui.rules.times import instant
from msgcenter_tui.store.sweeping import sweep

_LONGEST_REST = 0.2


def fold(session: Session) -> Answer:
    """Step by step, resting as long as a step took: whoever writes meanwhile comes in between."""
    args, before = session.args, _before(session)
    found = session.run(folding.weigh, before)
    words = f"{count(found.deliveries, 'delivery', 'deliveries')} in {count(found.runs, 'run')}"
    when = f"settled before {local(before)}"
    if not args.dry_run and not args.yes and found.deliveries:
        raise Ask(asking.to_fold(found.deliveries, found.runs))
    done = 0 if args.dry_run else _fold(session, before, found.deliveries)
    swept = sweep(session.store) if args.compact and not args.dry_run else None

    def text(paper: Paper) -> None:
        if not found.deliveries:
            paper.say(f"there is nothing to fold that was {when}")
        else:
            paper.say(f"{words}, {when}, {'would become' if args.dry_run else 'became'} figures")
        if swept is not None and not swept.clean:
            paper.say("the -wal beside the store keeps its size while somebody reads", "warn")

    return Answer(
        {
            "before": before.isoformat(),
            "runs": found.runs,
            "deliveries": found.deliveries if args.dry_run else done,
            "by_state": {state.value: number for state, number in found.by_state.items()},
        },
        text,
    )


def _before(session: Session) -> datetime:
    args = session.args
    if args.before is not None:
        return instant(args.before)
    if not 0 <= args.older_than <= 100_000:
        raise BadInput(f"{args.older_than} days cannot be", "", "give a number of days, as in --older-than 365")
    return datetime.now(UTC) - timedelta(days=args.older_than)


def _fold(session: Session, before: datetime, total: int) -> int:
    done, at = 0, RunId("r0")
    with long_work.bar(quiet=session.json) as told:
        while True:
            began = monotonic()
            step = session.run(folding.fold_some, before, at)
            if step is None:
                return done
            at, done = step[0], done + step[1]
            told("folding deliveries", done, total)
            sleep(min(_LONGEST_REST, monotonic() - began))
