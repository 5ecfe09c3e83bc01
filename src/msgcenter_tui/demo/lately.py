"""What happened in the demonstration's practice in its last week, until a few minutes ago, played act by act."""

from __future__ import annotations

from datetime import timedelta

from msgcenter_tui.center import clients, drafts, threads
from msgcenter_tui.demo import cast
from msgcenter_tui.demo.people import ANA, BRIGHT, GRACE, HARBOR, INES, LEO, MAYA, NOOR, WRONG
from msgcenter_tui.demo.stage import Stage
from msgcenter_tui.domain import Recipients, ThreadKind


def play(stage: Stage) -> None:
    """The scenes in their order: each begins after the one before it has ended."""
    _a_party_is_called_off(stage)
    _the_last_days(stage)
    _today(stage)
    _unfinished(stage)


def _a_party_is_called_off(stage: Stage) -> None:
    stage.on(6, "17:00")
    party = stage.announce(
        MAYA,
        BRIGHT,
        "Dear {{ client.first_name }}, our winter party is on the second Sunday, from three. Bring everyone.",
        subject="Winter party",
    )
    # In its quiet period: nothing of it leaves (V4).
    stage.later(seconds=40)
    stage.run(threads.delete, stage.actor(MAYA), party)


def _the_last_days(stage: Stage) -> None:
    stage.on(5, "09:30")
    ana = stage.write_to(
        MAYA,
        BRIGHT,
        [ANA],
        "Dear {{ client.first_name }},\n\nthank you for the talk yesterday. I have put your wishes into the plan: low "
        "light, your own music, and nobody comes in without knocking.\n\nIs there anything I forgot?",
        subject="Your birth plan",
    )
    stage.leave()
    stage.on(5, "20:14")
    stage.reply(ANA, ana, "This is lovely, Maya. Only one thing: my sister should be there, not only my husband.")
    stage.leave()
    stage.on(4, "08:41")
    stage.reply(MAYA, ana, "She is in it now. Rosa, as I remember?")
    stage.leave()
    stage.read(ANA, ana)
    stage.threads["ana"] = ana

    stage.on(3, "11:00")
    with stage.silence():
        stage.write_to(
            MAYA,
            BRIGHT,
            [INES],
            "Hello {{ client.first_name }}, your papers have come. They lie at the front desk.",
            subject="Your papers",
        )
        stage.leave()

    stage.on(2, "10:00")
    stage.run(
        clients.change, stage.actor(LEO), stage.people[GRACE], email=WRONG, note="New address, given on the telephone."
    )
    cast.latecomers(stage)
    # Nobody lets a notifier run until the next evening: what is overdue by more than a day then is held (N13).
    stage.on(2, "16:00")
    stage.write_to(NOOR, HARBOR, ["Ingrid Sørensen"], "Can we move tomorrow’s session to ten?", subject="Tomorrow")
    stage.on(1, "17:02")
    stage.notifier()
    about = stage.write_to(
        LEO,
        BRIGHT,
        [MAYA],
        "Fern called again. She has no e-mail and no mobile, so she gets none of our announcements. Shall I write "
        "to her?",
        subject="Fern Whitlock",
    )
    stage.leave()
    stage.read(MAYA, about)
    stage.later(minutes=3)
    stage.reply(MAYA, about, "Yes, please. By hand, with a stamp.")
    stage.leave()


def _today(stage: Stage) -> None:
    stage.ago(hours=3)
    stage.tell_the_team(
        NOOR, HARBOR, "I am at the dentist until noon. Tomás has the key and the phone.", subject="This morning"
    )
    stage.leave()
    stage.ago(minutes=95)
    stage.reply(
        ANA,
        stage.threads["ana"],
        "Rosa, yes. Thank you! One more thing about the music: is there a plug near the window? I would bring the "
        "small speaker.",
    )
    stage.leave()

    stage.ago(minutes=50)
    holiday = stage.announce(
        MAYA,
        BRIGHT,
        "Dear {{ client.first_name }},\n\nwe are closed from 24 December to 2 January. For anything urgent call the "
        "number on your plan, at any hour.\n\nWarm wishes,\n{{ sender.first_name }} and everyone at "
        "{{ workspace.name }}",
        subject="Holiday schedule",
    )
    # Zoë has the portal open: what she has read is not sent to her as well (N6).
    stage.later(seconds=5)
    stage.read("Zoë Brönström", holiday)
    stage.leave()
    stage.some_read(stage.portals(MAYA, BRIGHT, but=[ANA]), holiday, 0.35, within=timedelta(minutes=30))

    stage.ago(minutes=9)
    stage.write_to(
        "Łucja Wiśniewska",
        BRIGHT,
        [MAYA],
        "Good morning! The portal says you close on the 24th. Is the visit on the 23rd still on?",
        subject="The 23rd",
    )
    stage.leave()


def _unfinished(stage: Stage) -> None:
    """Drafts of Maya's: an answer in a thread, and an announcement that waits for its blanks (T7)."""
    stage.ago(minutes=6)
    maya = stage.actor(MAYA)
    text = "About the Tuesday after: could we swap? Pia first, then Cora, because"
    stage.run(drafts.save, maya, id=None, version=0, thread=stage.threads["pair"], body=text, cursor=len(text))
    closing = (
        "Dear {{ client.first_name }},\n\nour hours change on [[date]]: from then on we are here [[new hours]]. Visits "
        "that are already booked stay as they are."
    )
    stage.run(
        drafts.save,
        maya,
        id=None,
        version=0,
        recipients=Recipients(ThreadKind.ALL_CLIENTS),
        workspace=stage.workspaces[BRIGHT],
        subject="Spring hours",
        body=closing,
        locked=True,
    )
