"""Mails that nothing can break out of, whatever the words; SMS that fit (N2, N7; hazards 40 to 45)."""

from __future__ import annotations

import email.utils
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.delivery.mails import (
    AT,
    BULK,
    CLIENT,
    FACTS,
    LETTER,
    MESSAGE_ID,
    OFFICE,
    check,
    fenced,
    mail,
    name_in,
    page,
    plain,
    read,
    saying,
)
from tests.delivery.office import SENDER
from tests.hostile import HOSTILE

from msgcenter_tui import text
from msgcenter_tui.delivery import sms
from msgcenter_tui.delivery.accounts import Secret, SmtpAccount
from msgcenter_tui.delivery.compose import Press, mailable
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import Channel, RunKind
from msgcenter_tui.rules.segments import fitted, size
from msgcenter_tui.store.letters import Fenced

# -- nothing breaks out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["recipient", "sender", "subject", "author", "value", "fact"])
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(words: str, name: str) -> None:  # N7; hazards 40, 41
    body = "Dear {{ client.name | default: 'you' }}, {{ sender.name | default: 'we' }} are here."
    told = {name: words}
    edition = saying(
        body,
        body,
        facts={**FACTS, "sender.name": told.get("fact", "Maya")},
        sender=told.get("sender", "Bright Beginnings"),
        subject=told.get("subject", "Opening"),
    )
    author = told.get("author", "Maya")
    edition = replace(edition, passages=tuple(replace(one, author=author) for one in edition.passages))
    content = mail(
        edition,
        recipient=told.get("recipient", "Ana"),
        values={**CLIENT, "client.name": told.get("value", "Ana")},
    )
    assert "evil.example" not in check(content)["To"].addresses[0].addr_spec
    assert all("evil" not in link for link in page(content).links) or "http://evil.example" in words


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_a_body_arrive_as_written(words: str) -> None:
    body = text.clean(words)
    content = mail(saying(words))
    check(content)
    assert plain(content) == body.rstrip() + "\n"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=300))
def test_no_words_break_a_mail(subject: str, name: str, body: str) -> None:  # N7
    check(mail(saying(body, body, subject=subject, sender=name[::-1]), recipient=name))


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90))
def test_names_and_subjects_arrive(words: str) -> None:
    told = text.clean_line(words)
    content = mail(saying("x", subject=words, sender=words), recipient=words)
    check(content)
    if "=?" not in told:
        assert read(content)["Subject"] == (told if words else "Message from")
        assert name_in(content, "To") in {told, ""}


@pytest.mark.parametrize(
    "name",
    ["Smith, Bob", 'Bob "the <b@evil.example>" Smith', "Bob (comment)", "ana@evil.example,", "Søren, O’Neill 🎉",
     "Dr. Ana", "O'Neill-Smith", "back\\slash", "陈秀珍", "श्रीमती क्षमा त्रिपाठी", "von der Überlingen " * 9 + "Ü"],
)  # fmt: skip
def test_a_name_is_one_recipient(name: str) -> None:  # N7; hazards 42
    content = mail(recipient=name)
    check(content)
    assert name_in(content, "To") == name


def test_a_long_subject_is_folded_and_read_as_it_was() -> None:
    for subject in ("We open on Monday, and close on Friday. " * 5, "Wir öffnen am Montag. " * 9, "x" * 200):
        content = mail(saying("x", subject=subject))
        assert check(content)["Subject"] == subject.strip()
        if " " in subject:
            assert max(map(len, content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_a_sender_whose_address_is_none_sends_nothing() -> None:
    for account in (replace(OFFICE, sender="nobody"), replace(OFFICE, reply_to="nobody")):
        with pytest.raises(CannotCompose):
            mail(by=account)


# -- the same, for each their own -------------------------------------------------------------------------------------


def test_the_same_letter_gives_the_same_bytes() -> None:  # N14
    edition = saying("Grüße " * 200, "x", subject="Grüße")
    assert mail(edition) == mail(replace(edition))
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    press = Press(OFFICE, UTC)
    assert press.mail(fenced(edition, date=elsewhere)) == press.mail(fenced(edition))


def test_each_message_id_has_its_boundary() -> None:  # N14
    boundaries = {str(read(mail(message_id=f"<{n}@bright.example>")).get_boundary()) for n in range(5)}
    assert len(boundaries) == 5
    own = str(read(mail()).get_boundary())
    assert mail(saying(f"--{own}--\n" * 3)).count(f"--{own}".encode()) == 3


BODIES = [
    "We open on Monday.",
    "Dear {{ client.first_name }},\n\nyour address is {{client.email}}.\n",
    "{{ client.name }}\n.\nFrom {{ client.name }} \n.{{ client.name }}",
    "Здравствуйте, {{ client.name }}!",
    "Grüße an {{ client.name }}, <{{ client.phone | default: 'ohne Nummer' }}>",
]


@settings(max_examples=60, deadline=None)
@given(
    st.randoms(use_true_random=False), st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=6, unique=True)
)
def test_nothing_of_one_recipient_is_in_the_mail_of_another(dice: random.Random, names: list[str]) -> None:  # N7, T5
    editions = [saying(body, facts=FACTS) for body in BODIES] + [saying(*BODIES, facts=FACTS, kind=RunKind.OTHER)]
    letters: list[Fenced] = []
    for number, name in enumerate(names):
        values = {key: f"{name} {key} {number}" for key in CLIENT}
        for edition in editions:
            letters.append(
                fenced(
                    edition,
                    f"<{len(letters)}@bright.example>",
                    AT + timedelta(seconds=len(letters)),
                    address=f"c{number}@mail.example",
                    recipient=name,
                    values=dice.choice([values, values, values, None]),
                    portal=dice.choice(["", "https://portal.example/", f"https://portal.example/{number}"]),
                    before=dice.choice(["", f"<before.{number}@bright.example>"]),
                )
            )
    dice.shuffle(letters)
    press = Press(OFFICE, UTC)
    for letter in letters:
        content = press.mail(letter)
        assert content == Press(OFFICE, UTC).mail(letter)
        for other in {one.letter.address for one in letters} - {letter.letter.address}:
            assert other.encode() not in content


def test_a_press_keeps_few_editions() -> None:
    press = Press(OFFICE, UTC)
    for number in range(100):
        press.mail(fenced(saying(str(number))))
    assert press._plate.cache_info().currsize < 20


def test_many_mails_of_an_edition_are_made_from_one_plate() -> None:
    press, edition = Press(OFFICE, UTC), saying("Dear {{ client.name }}", facts=FACTS)
    for number in range(50):
        press.mail(fenced(edition, f"<{number}@x.example>", values=CLIENT | {"client.name": str(number)}))
    assert press._plate.cache_info().misses == 1


# -- addresses --------------------------------------------------------------------------------------------------------


def test_a_domain_in_letters_of_its_own_is_written_in_ascii() -> None:  # hazards 43
    check(mail(address="ana@bücher.example"), "ana@xn--bcher-kva.example")


def test_an_address_in_letters_of_its_own_needs_smtputf8() -> None:  # hazards 44
    assert mailable("jörg@bücher.example") == ("jörg@xn--bcher-kva.example", True)
    content = mail(address="jörg@bücher.example", recipient="Jörg")
    assert check(content, "jörg@xn--bcher-kva.example")["To"].addresses[0].display_name == "Jörg"
    assert content.replace("jörg@".encode(), b"").isascii()


def test_a_sender_in_letters_of_its_own_asks_for_smtputf8_and_a_reply_address_does_not() -> None:
    sender = replace(OFFICE, sender="Praxis <jörg@bright.example>")
    assert read(mail(by=sender))["From"].addresses[0].addr_spec == "jörg@bright.example"
    reply = replace(OFFICE, reply_to="jörg@bright.example")
    with pytest.raises(CannotCompose):
        mail(by=reply)
    assert read(mail(by=reply, address="ána@mail.example"))["Reply-To"].addresses[0].addr_spec == "jörg@bright.example"


@pytest.mark.parametrize(
    "address",
    ["", "ana", "@e.com", "a@", "a@e.com\r\nRCPT TO:<x@y.z>", "a b@e.com", "a@e.com>", "<a@e.com", "a@@e.com",
     "a..b@e.com", ".a@e.com", "a@-e.com", "a@e..com", "a@e.com\n", "a@" + "e." * 130 + "com"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(CannotCompose) as refusal:
        mail(address=address)
    assert not address or address not in str(refusal.value)


@pytest.mark.parametrize(
    "address", ["o'neill@mail.example", "a!#$%&*/=?^`{|}~b@mail.example", "a+b_c-d.e@mail.example"]
)
def test_an_address_with_signs_is_one_recipient(address: str) -> None:  # N7
    check(mail(address=address), address)


@pytest.mark.parametrize(
    "id", ["", "abc@bright.example", "<a b@c>", "<a@b>\r\nBcc: evil@evil.example", "<@b>", "<a@b>\n"]
)
def test_what_no_fence_gave_is_no_message_id(id: str) -> None:
    with pytest.raises(CannotCompose):
        mail(message_id=id)


# -- over the line ----------------------------------------------------------------------------------------------------


def unstuffed(wire: bytes) -> bytes:
    """What a server makes of it (RFC 5321, 4.5.2)."""
    lines = wire.split(b"\r\n")
    end = lines.index(b".")
    assert lines[end:] == [b".", b""]
    return b"\r\n".join(line.removeprefix(b".") for line in lines[:end]) + b"\r\n"


DOTS = ".\n..\n.hidden\n" + "x" * 75 + "." + "y" * 75 + ".\n." + "." * 200 + "\nFrom me\n" + "z" * 75 + "From me "


@pytest.mark.parametrize("body", [DOTS, "é" + DOTS, "Ж" * 300 + DOTS, f"{{{{ client.name }}}}{DOTS}", "short\n.\nend"])
def test_dots_arrive_as_they_were(body: str) -> None:  # hazards 45
    letter = fenced(saying(body, facts=FACTS), values={"client.name": "." + "." * 80})
    press = Press(OFFICE, UTC)
    assert unstuffed(press.wire(letter)) == press.mail(letter)
    assert plain(press.mail(letter)) == body.replace("{{ client.name }}", "." * 81).rstrip() + "\n"


def test_long_lines_and_lone_dots_arrive() -> None:  # hazards 45
    body = "x" * 5000 + "\n.\n..\n.hidden\n\nend"
    content = mail(saying(body))
    check(content)
    assert plain(content) == body + "\n"


# -- which mail it is -------------------------------------------------------------------------------------------------


def test_a_follow_up_says_so() -> None:
    assert read(mail(saying("x", follows=True)))["Subject"] == "Re: Opening"


def test_a_thread_without_a_subject_says_whom_it_is_from() -> None:  # M1
    assert read(mail(saying("x", subject=None)))["Subject"] == "Message from Bright Beginnings"


@pytest.mark.parametrize("kind", RunKind)
@pytest.mark.parametrize("staff", [False, True])
def test_what_the_program_writes_by_itself_says_so_and_what_goes_to_many_can_be_ended(  # N9, N10, N11
    kind: RunKind, staff: bool
) -> None:
    more = ["Auto-Submitted"] if kind in {RunKind.REPLY, RunKind.OWNER} else []
    if not staff and kind in {RunKind.BROADCAST, RunKind.CATCH_UP, RunKind.REPLY}:
        more = [*more, *BULK]
    check(mail(saying("x", kind=kind), values=None if staff else {}), more=more)


def test_the_date_and_the_id_are_those_of_the_fence() -> None:  # N14
    message = read(mail(date=datetime(2026, 7, 1, 14, 30, tzinfo=UTC)))
    assert message["Message-ID"] == MESSAGE_ID
    assert email.utils.parsedate_to_datetime(message["Date"]) == datetime(2026, 7, 1, 14, 30, tzinfo=UTC)


def test_a_password_is_nowhere_to_be_seen() -> None:
    secret = Secret("hunter2")
    shown = f"{secret} {secret!r} {SmtpAccount('h', 25, SENDER, username='u', password=secret)!r} {[secret]}"
    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


# -- SMS --------------------------------------------------------------------------------------------------------------

SMS = LETTER._replace(edition=replace(LETTER.edition, channel=Channel.SMS), address="+12015550123")


@pytest.mark.parametrize(
    ("words", "segments"),
    [("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("€" * 80, 1), ("€" * 81, 2), ("я" * 70, 1), ("я" * 71, 2),
     ("🎉" * 35, 1), ("🎉" * 36, 2), ("a" * 459, 3), ("a" * 460, 4),
     ("a" * 152 + "€" + "a" * 151, 2), ("a" * 152 + "€" + "a" * 152, 3), ("[" * 152, 2), ("[" * 153, 3),
     ("я" * 201, 3), ("🎉" * 66, 2), ("🎉" * 67, 3), ("🎉" * 99, 3), ("🎉" * 100, 4), ("я" + "🎉" * 66, 2),
     ("я" * 66 + "🎉" + "я" * 65, 2), ("я" * 66 + "🎉" + "я" * 66, 3)],
)  # fmt: skip
def test_segments(words: str, segments: int) -> None:
    assert size(words).segments == segments


def test_a_short_text_is_whole_with_its_link() -> None:  # N2
    linked = SMS._replace(portal="https://portal.example/")
    assert sms.words(linked) == "Bright Beginnings: We open on Monday.\nRead it in your portal: https://portal.example/"
    assert sms.words(SMS) == "Bright Beginnings: We open on Monday."


def test_an_sms_is_filled_for_who_reads_it() -> None:  # T5
    told = SMS._replace(edition=saying("Hi {{ client.first_name }}", facts=FACTS, channel=Channel.SMS))
    assert sms.words(told._replace(values=CLIENT)) == "Bright Beginnings: Hi Ana"
    assert sms.words(told._replace(values=None)) == "Bright Beginnings: Hi [first name]"


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=900), st.booleans())
def test_a_long_text_is_cut_and_a_link_never(body: str, portal: bool) -> None:  # N2
    url = "https://portal.example/" if portal else ""
    sent = sms.words(SMS._replace(portal=url, edition=saying(body)))
    assert size(sent).segments <= 3
    assert ("https://" in sent) <= sent.endswith(url) if portal else "portal" not in sent or "portal" in body


def test_it_is_cut_between_words() -> None:
    assert fitted("word " * 200).endswith("word...")
    assert size(fitted("word " * 200)).segments == 3


def test_no_pair_is_parted_where_it_is_cut() -> None:  # N2
    assert fitted("{" * 228) == "{" * 228  # of 76 each
    assert fitted("{" * 229) == "{" * 227 + "..."
    assert fitted("🎉" * 100) == "🎉" * 99 + "…"


def test_no_sign_is_parted_where_it_is_cut() -> None:  # N2
    family = "👨‍👩‍👧"
    for before in range(8):
        assert fitted("n" * before + family * 40).removesuffix("…").endswith(family)
        assert fitted("n" * before + "🇵🇱" * 80).removesuffix("…").endswith("🇵🇱")


def test_a_sign_that_does_not_fit_costs_no_room() -> None:  # N2
    assert fitted("x" * 600 + "🎉") == fitted("x" * 600) == "x" * 456 + "..."
    assert fitted("x" * 600, close="Łódź") == "x" * (3 * 67 - 6) + "…\nŁódź"
