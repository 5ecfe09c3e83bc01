"""What the SMS of a message take is said before it is sent, as they will leave (S3, N2, N3)."""

from __future__ import annotations

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office
from tests.world import World

from msgcenter_tui.center import messages, outlooks
from msgcenter_tui.domain import Consent, Outlook, Recipients, Segments, ThreadKind
from msgcenter_tui.errors import Ask
from msgcenter_tui.rules import sms


@pytest.fixture
def office(world: World, clock: Clock) -> Office:
    return Office(world, clock)


def by_sms(office: Office, *names: str, **more: object) -> None:
    for name in names:
        number = f"+1 201 555 {123 + len(office.clients):04d}"
        office.add(name, email=None, phone=number, consent=Consent.ACTIVE, **more)


def outlook(office: Office, body: str) -> Outlook:
    everybody = Recipients(ThreadKind.ALL_CLIENTS)
    return office.world.run(messages.outlook, office.me, everybody, office.team.id, locked=True, body=body)


def segments(office: Office, body: str) -> Segments:
    found = outlook(office, body).segments
    assert found is not None
    return found


def test_every_recipients_text_is_counted(office: Office) -> None:  # S3
    by_sms(office, "Ana", "Bea")
    office.add("Cal")  # by mail
    assert segments(office, "We open on Monday.") == Segments(2, 1, 1, 2, 0, "", exact=True)
    longer = segments(office, "x" * 170)
    assert sms.cost(longer) == "2 SMS of 2 segments (GSM-7), 4 segments in all"


def test_it_is_said_how_many_have_no_room_for_all_of_it(office: Office) -> None:  # N2
    by_sms(office, "Ana", "Bea")
    assert sms.cost(segments(office, "word " * 200)).endswith("; all are cut to the beginning of the message")
    by_sms(office, "Konstantin Alexander")
    found = segments(office, "{{ client.first_name }}" + "x" * 413)
    assert (found.cut, found.most) == (1, 3)
    assert sms.cost(found).endswith("; 1 is cut to the beginning of the message")


def test_the_character_that_forces_ucs2_is_named_with_its_place(office: Office) -> None:  # S3
    by_sms(office, "Ana")
    assert sms.cost(segments(office, "Hello\nall of ё")) == "1 SMS of 1 segment (UCS-2 because of ‘ё’ at line 2)"
    assert segments(office, "a\u00a0b").because == "the character no-break space at line 1"
    assert segments(office, "a\tb").unicode == 0


def test_names_differ_and_so_do_their_texts(office: Office) -> None:  # S3, T5
    by_sms(office, "Ana", "Łucja")
    found = segments(office, "Dear {{ client.first_name }}, " + "we open " * 6)
    assert (found.least, found.most, found.total, found.unicode) == (1, 2, 3, 1)
    assert sms.cost(found) == (
        "2 SMS of 1 to 2 segments (GSM-7, 1 in UCS-2 because of what a field stands for), 3 segments in all"
    )


def test_of_very_many_names_some_are_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    by_sms(office, *(f"Client {n}" for n in range(6)))
    monkeypatch.setattr(outlooks, "_SAMPLES", 3)
    found = segments(office, "Dear {{ client.first_name }}")
    assert (found.sms, found.total, found.exact) == (6, 6, False)
    assert sms.cost(found).endswith("about 6 segments in all")


def test_nobody_by_sms_no_text_or_one_that_cannot_be_sent_count_nothing(office: Office) -> None:
    office.add("Cal")
    assert outlook(office, "Hello").segments is None
    by_sms(office, "Ana")
    assert outlook(office, "Until [[day]]").segments is None  # T7
    everybody = Recipients(ThreadKind.ALL_CLIENTS)
    assert office.world.run(messages.outlook, office.me, everybody, office.team.id, locked=True).segments is None


def test_the_question_before_a_send_says_what_its_sms_take(office: Office) -> None:  # S3
    by_sms(office, "Ana")
    with pytest.raises(Ask, match=r"1 SMS of 2 segments \(GSM-7\)\.$"):
        office.world.run(messages.start, office.me, Recipients(ThreadKind.ALL_CLIENTS), office.team.id, "word " * 40)
