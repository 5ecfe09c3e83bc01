"""What the demonstration's practice writes: its text templates, with fields (T3), fallbacks and blanks (T7)."""

from __future__ import annotations

from dataclasses import dataclass

from msgcenter_tui.demo.people import BRIGHT, HARBOR, MAYA, NOOR


@dataclass(frozen=True, slots=True)
class Wording:
    """A template: of a team, or of the person who keeps it for themselves (`team` None)."""

    name: str
    shortcut: str
    body: str
    subject: str = ""
    team: str | None = BRIGHT
    by: str = MAYA


TEMPLATES = (
    Wording(
        "Holiday closing",
        "holiday",
        "Dear {{ client.first_name }},\n\n"
        "we are closed from [[first day]] to [[last day]]. For anything urgent call the number on your plan, "
        "at any hour.\n\nWarm wishes,\n{{ sender.first_name }} and everyone at {{ workspace.name }}",
        "Holiday schedule",
    ),
    Wording(
        "Holiday greetings",
        "greet",
        "Dear {{ client.first_name }},\n\nthank you for trusting us this year. We wish you and yours a calm and happy "
        "holiday.\n\n{{ sender.name }}",
        "Season’s greetings",
    ),
    Wording(
        "Welcome",
        "welcome",
        "Hello {{ client.first_name }},\n\nwelcome to {{ workspace.name }}! I am {{ sender.first_name }}. Here you "
        "find our announcements, and you can write to us whenever you like; one of us answers within a working day.\n\n"
        'Is {{ client.phone | default: "(no number yet)" }} the best number to reach you?',
        "Welcome",
    ),
    Wording(
        "Schedule change",
        "sched",
        "Dear {{ client.first_name }},\n\nour hours change on [[date]]: from then on we are here [[new hours]]. Visits "
        "that are already booked stay as they are.",
        "New office hours",
    ),
    Wording(
        "Appointment reminder",
        "remind",
        "Hello {{ client.first_name }}, we see each other on [[day]] at [[time]]. If that no longer suits you, "
        "a word the day before is enough.",
    ),
    Wording(
        "Childbirth class",
        "class",
        "Dear {{ client.first_name }},\n\nthe next childbirth class is on [[date]], 10:00 to 13:00, in the big room. "
        "Partners are welcome. Wear something you can move in.",
        "Childbirth class",
    ),
    Wording(
        "Birth plan questions",
        "plan",
        "Dear {{ client.first_name }},\n\nbefore we write your plan, please think about these:\n\n"
        "- Who should be in the room?\n- What helps you when you are in pain?\n- What do you not want, whatever "
        "happens?\n\nThere are no wrong answers.",
        "Your birth plan",
    ),
    Wording(
        "Postpartum check-in",
        "post",
        "Hello {{ client.first_name }}, how are you three? Are you sleeping, eating, laughing? I can come by on "
        "[[day]]. {{ sender.first_name }}",
    ),
    Wording(
        "Portal invitation",
        "portal",
        "Dear {{ client.first_name }},\n\nyour client portal is open. Sign in with "
        '{{ client.email | default: "your e-mail address" }} and you find everything we sent you.',
        "Your client portal",
    ),
    Wording(
        "Invoice",
        "invoice",
        "Dear {{ client.name }},\n\nthe invoice for [[month]] comes to $[[amount]]. Please tell us within two weeks "
        "if something in it is not right.",
        "Invoice",
    ),
    Wording(
        "Session recap",
        "recap",
        "Hello {{ client.first_name }},\n\nwhat we agreed on today: [[agreement]].\nUntil next time: [[task]].\n\n"
        "{{ sender.first_name }}, {{ workspace.name }}",
        team=HARBOR,
        by=NOOR,
    ),
    Wording(
        "Before we begin",
        "begin",
        "Hello {{ client.first_name }},\n\nthree questions before our first session. What brings you here? What would "
        "be different if it helped? What have you tried?",
        "Before we begin",
        team=HARBOR,
        by=NOOR,
    ),
    Wording("Thank you", "thanks", "Thank you, {{ client.first_name }}! ", team=None),
    Wording(
        "Away",
        "away",
        "I am away until [[day]]. Leo looks after everything that cannot wait: {{ workspace.name }}, extension 2.",
        team=None,
    ),
)
