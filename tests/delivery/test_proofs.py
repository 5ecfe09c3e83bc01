"""A proof is what the notifier then sends, word for word, and what the client reads in the portal (T5, T6, N2)."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from tests.delivery.office import Office, account, transport
from tests.delivery.scripted import Mail, Scripted
from tests.hostile import HOSTILE

from msgcenter_tui.center import previews, threads
from msgcenter_tui.delivery.proofs import Proofs
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.domain import Consent, MailForm, Policy, Recipients, ThreadKind, Unsent
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.rules.sms import TELL_US
from msgcenter_tui.store.letters import Letter


def read(mail: Mail) -> MailForm:
    found = message_from_bytes(mail.content, policy=policy.default)
    plain = found.get_body(("plain",))
    assert plain is not None
    text = str(plain.get_content()).replace("\r\n", "\n")
    html = found.get_body(("html",)) is not None
    return MailForm(str(found["Subject"]), str(found["From"]), str(found["To"]), text, html)


async def sent_and_proved(office: Office, name: str, body: str, subject: str, locked: bool) -> None:
    """Ana with everything, and somebody of this name; what leaves is what was proved, as is what the portal shows."""
    office.store.policy = Policy(portal_url="https://portal.example/")
    texted = {"consent": Consent.ACTIVE}
    office.add("Ana Flores", portal=True, phone="+1 201 555 0123", email="ana@mail.example", **texted)
    office.add(name, portal=True, phone="+1 201 555 0124", email="other@mail.example", **texted)
    everybody = Recipients(ThreadKind.ALL_CLIENTS)
    unsent = Unsent(body, recipients=everybody, workspace=office.team.id, subject=subject, locked=locked)
    seen = [office.world.run(previews.preview, office.me, unsent, client.id) for client in office.clients]
    if seen[0].problem:
        with pytest.raises((Refused, BadInput)):
            office.broadcast(body, subject=subject, locked=locked)
        return
    thread = office.broadcast(body, subject=subject, locked=locked)
    office.due()
    texts: dict[str, str] = {}

    async def hand(number: str, words: str, key: str) -> Reply:
        texts[number] = words
        return Reply(Verdict.ACCEPTED)

    async with Scripted() as server:
        proofs = Proofs(account(server.port), how_to_stop=TELL_US)
        done = await office.send(transport(server), SmsTransport(hand, how_to_stop=TELL_US))
        assert done.sent == 4
    mails = {mail.to: read(mail) for mail in server.mails}
    for client, preview in zip(office.clients, seen, strict=True):
        assert isinstance(preview.email, Letter)
        assert isinstance(preview.sms, Letter)
        assert proofs.mail(preview.email) == mails[str(client.email)]
        assert proofs.sms(preview.sms) == texts[str(client.phone_number)]
        (message,) = office.world.run(threads.open_thread, office.world.portal(client), thread).messages
        assert "".join(piece.text for piece in preview.portal.pieces) == message.body


EACH = [
    pytest.param(text, id=name, marks=() if number % 6 == 0 else pytest.mark.soak)
    for number, (name, text) in enumerate(HOSTILE.items())
]
"""Every sixth, in `make soak` all: each is a whole send."""

BODY = 'Dear {{ client.first_name }} ({{ client.name }}),\n\nwrite to {{ client.email | default: "us" }} \\[[x]].\n'


@pytest.mark.parametrize("text", EACH)
async def test_of_hostile_names_and_subjects(sqlite_office: Office, text: str) -> None:  # M3, T8
    name = text[:200]
    try:
        sqlite_office.world.client(name, sqlite_office.team, email=None)
    except BadInput:
        name = f"A {name[:100]}"
    await sent_and_proved(sqlite_office, name, BODY, text.replace("{{", "").replace("[[", "")[:200], locked=True)


@pytest.mark.parametrize("text", EACH)
async def test_of_hostile_texts(sqlite_office: Office, text: str) -> None:  # M3, T4
    await sent_and_proved(sqlite_office, "Ben", text, "", locked=False)


async def test_of_ordinary_ones_on_either_store(office: Office) -> None:
    await sent_and_proved(office, "Smith, Bob", BODY + "We are closed. " * 60, "Opening", locked=False)


def test_without_an_account_the_sender_has_no_address(sqlite_office: Office) -> None:
    (ana,) = sqlite_office.add("Ana")
    unsent = Unsent("Hello", recipients=Recipients(ThreadKind.ALL_CLIENTS), workspace=sqlite_office.team.id)
    letter = sqlite_office.world.run(previews.preview, sqlite_office.me, unsent, ana.id).email
    assert isinstance(letter, Letter)
    assert Proofs().mail(letter) == MailForm(
        "Message from Bright Beginnings", "Bright Beginnings", "Ana <ana@mail.example>", "Hello\n", html=True
    )
