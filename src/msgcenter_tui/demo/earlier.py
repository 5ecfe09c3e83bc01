"""What happened in the demonstration's practice, from two months until a week ago, played act by act."""

from __future__ import annotations

from datetime import timedelta

from msgcenter_tui.center import messages, threads
from msgcenter_tui.demo import cast
from msgcenter_tui.demo.people import ANA, BRIGHT, HARBOR, LEO, MAYA, NOOR, PRIYA, TOMAS
from msgcenter_tui.demo.stage import Stage
from msgcenter_tui.domain import Status

SOON = timedelta(hours=6)


def play(stage: Stage) -> None:
    """The scenes in their order: each begins after the one before it has ended."""
    _the_portal_opens(stage)
    _a_class_is_announced(stage)
    _people_write_to_each_other(stage)
    _a_pair_and_mondays(stage)
    _hours_change(stage)


def _the_portal_opens(stage: Stage) -> None:
    stage.on(41, "09:05")
    note = stage.tell_the_team(
        MAYA,
        BRIGHT,
        "From today we write to clients here and nowhere else. If you are not sure who will see something, press a.",
        subject="How we use this",
    )
    stage.leave()
    stage.on(41, "09:40")
    stage.reply(LEO, note, "Good. I have moved the wording we use most into templates, try ctrl+t.")
    stage.leave()
    stage.read(PRIYA, note)
    stage.read(MAYA, note)

    stage.on(33, "10:00")
    welcome = stage.announce(
        MAYA,
        BRIGHT,
        "Dear {{ client.first_name }},\n\nyour client portal is open. Here you find what we announce, and you can "
        "write to us at any hour; one of us answers within a working day.\n\n"
        "{{ sender.first_name }}, {{ workspace.name }}",
        subject="Welcome to your portal",
    )
    stage.leave()
    stage.some_read(stage.portals(MAYA, BRIGHT), welcome, 0.85, within=SOON)
    stage.read(ANA, welcome)
    stage.read(LEO, welcome)
    stage.read(PRIYA, welcome)

    stage.on(30, "14:00")
    workshop = stage.announce(
        NOOR,
        HARBOR,
        "Hello {{ client.first_name }},\n\nthree Thursdays on changing jobs without losing sleep, from 18:00. Tell "
        "Tomás or me if you want a seat; there are twelve.",
        subject="Workshop: changing jobs",
    )
    stage.leave()
    stage.some_read(stage.portals(NOOR, HARBOR), workshop, 0.7, within=SOON)
    stage.read(MAYA, workshop)
    stage.read(TOMAS, workshop)


def _a_class_is_announced(stage: Stage) -> None:
    stage.on(21, "09:15")
    lesson = stage.announce(
        MAYA,
        BRIGHT,
        "Dear {{ client.first_name }},\n\nthe next childbirth class is this Saturday, 10:00 to 13:00, in the big room. "
        "Wear something you can move in. Questions? Ask them here, others will have the same.",
        subject="Childbirth class, Saturday",
        locked=False,
    )
    stage.leave()
    stage.some_read(stage.portals(MAYA, BRIGHT), lesson, 0.8, within=timedelta(hours=2))
    stage.on(21, "12:20")
    stage.reply("Cora Lin", lesson, "Can my mother come along as well?")
    stage.later(minutes=14)
    stage.reply(LEO, lesson, "Of course. We will be there from half past nine, there is tea.")
    stage.later(minutes=21)
    stage.reply("山田 花子", lesson, "ありがとうございます。夫と参加します。")
    stage.later(minutes=5)
    stage.reply("Nguyễn Thị Hồng", lesson, "Tôi cũng sẽ đến. I will bring the cushions back, too!")
    stage.later(hours=1)
    stage.notifier()
    for name in (ANA, MAYA, LEO, PRIYA, "Cora Lin"):
        stage.read(name, lesson)

    stage.on(20, "11:00")
    cast.become(stage, Status.COMPLETE, "the last visit was made")


def _people_write_to_each_other(stage: Stage) -> None:
    stage.on(17, "16:20")
    eleni = stage.write_to(
        PRIYA,
        BRIGHT,
        ["Ελένη Παπαδοπούλου"],
        "Dear {{ client.first_name }}, we see each other on Thursday at three. Shall I bring the birthing ball?",
        subject="Thursday",
    )
    stage.leave()
    stage.later(hours=2)
    stage.reply("Ελένη Παπαδοπούλου", eleni, "Ναι, ευχαριστώ πολύ! Τα λέμε την Πέμπτη.")
    stage.leave()
    stage.read(PRIYA, eleni)

    stage.on(16, "11:10")
    visit = stage.write_to("Ольга Никитина", BRIGHT, [MAYA], "Здравствуйте! Можно прийти на приём вместе с мамой?")
    stage.leave()
    stage.on(16, "12:02")
    stage.reply(MAYA, visit, "Конечно! Of course, bring her along. The room has three chairs.")
    stage.leave()
    stage.read("Ольга Никитина", visit)

    stage.on(14, "17:45")
    recap = stage.write_to(
        TOMAS,
        HARBOR,
        ["Marcus Bell"],
        "Hello {{ client.first_name }},\n\nwhat we agreed on today: you ask for the numbers first.\n"
        "Until next time: write down three questions, and who could answer them.",
        subject="After our session",
    )
    stage.leave()
    stage.on(13, "08:30")
    stage.reply("Marcus Bell", recap, "Done. The third one is hard, can we start with it?")
    stage.leave()
    stage.read(TOMAS, recap)


def _a_pair_and_mondays(stage: Stage) -> None:
    stage.on(12, "10:00")
    cast.become(stage, Status.INACTIVE, "asked for a pause")
    stage.on(12, "15:30")
    pair = stage.write_to(
        MAYA,
        BRIGHT,
        ["Cora Lin", "Pia Berg"],
        "You both asked for Tuesday evening. I can come to Cora at six and to Pia at half past seven. Does that work?",
    )
    stage.leave()
    stage.on(12, "17:05")
    stage.reply("Cora Lin", pair, "Six is perfect.")
    stage.leave()
    stage.read(MAYA, pair)
    stage.threads["pair"] = pair

    stage.on(11, "18:00")
    mine = stage.announce(
        MAYA,
        MAYA,
        "Dear {{ client.first_name }}, I keep Mondays for you from now on. Take any hour between nine and four.",
        subject="Mondays are yours",
        locked=False,
    )
    stage.leave()
    stage.later(hours=1)
    stage.reply("Lucía Ferrer", mine, "¡Qué bien! Then ten o’clock for me, please.")
    stage.later(hours=1, seconds=1)
    stage.notifier()
    stage.read(MAYA, mine)


def _hours_change(stage: Stage) -> None:
    stage.on(9, "09:00")
    hours = stage.announce(
        MAYA,
        BRIGHT,
        "Dear {{ client.first_name }},\n\nour hours change next week: from then on we are here from 8:00 to 16:00. "
        "Visits that are already booked stay as they ar.",
        subject="New office hours",
    )
    first = stage.run(threads.open_thread, stage.actor(MAYA), hours).messages[0]
    stage.later(seconds=9)
    stage.run(messages.edit, stage.actor(MAYA), first.id, first.body.replace("they ar.", "they are."))
    stage.leave()
    stage.some_read(stage.portals(MAYA, BRIGHT, but=[ANA]), hours, 0.75, within=SOON)
    stage.read(ANA, hours)
    stage.read(LEO, hours)

    stage.on(8, "10:00")
    meant_for_leo = stage.reply(MAYA, hours, "Leo, did you tell the cleaners?")
    stage.later(seconds=8)
    stage.run(messages.delete_message, stage.actor(MAYA), meant_for_leo)
    stage.leave()
    stage.later(minutes=6)
    stage.reply(MAYA, hours, "On Wednesdays we stay until 18:00, for those who work.")
    stage.leave()
    stage.some_read(stage.portals(MAYA, BRIGHT, but=[ANA]), hours, 0.5, within=SOON)
