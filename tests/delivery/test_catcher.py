"""The demonstration's catchers: what they are sent can be read, also later; and they refuse whom they should."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.delivery.office import Office

from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, Consent, DeliveryState

S = DeliveryState


async def test_a_real_conversation_with_aiosmtpd(office: Office, tmp_path: Path) -> None:
    office.add("Ana", phone="+1 201 555 0123", consent=Consent.ACTIVE)
    office.add("Jörg", email="jörg@bücher.example")
    office.add("Refused", "Later")
    office.broadcast("Grüße.\n.\nEnd.", subject="Öffnung")
    office.due()
    with Catcher(tmp_path / "caught") as catcher:
        mail = SmtpTransport(catcher.account("office@bright.example"))
        tally = await office.send(mail, catcher.sms())
        assert (tally.sent, tally.failed, tally.retrying) == (3, 1, 1)
        office.due(seconds=301)
        assert (await office.send(mail, catcher.sms())).sent == 1
    assert {row.name: row.state for row in office.rows() if row.channel is Channel.EMAIL} == {
        "Ana": S.SENT,
        "Jörg": S.SENT,
        "Refused": S.FAILED,
        "Later": S.SENT,
    }
    again = Catcher(tmp_path / "caught")  # read without being started, in another process as well
    mails = {mail.to: mail for mail in again.mails()}
    assert set(mails) == {"ana@mail.example", "jörg@xn--bcher-kva.example", "later@mail.example"}
    assert mails["ana@mail.example"].subject == "Öffnung"
    assert mails["ana@mail.example"].body == "Grüße.\n.\nEnd.\n"
    assert dict(mails["ana@mail.example"].headers)["To"] == "Ana <ana@mail.example>"
    (sms,) = again.texts()
    assert (sms.to, sms.body) == ("+12015550123", "Bright Beginnings: Grüße.\n.\nEnd.\nReply STOP to stop.")


def test_what_was_caught_is_for_its_owner_only(tmp_path: Path) -> None:
    catcher = Catcher(tmp_path / "caught")
    catcher.keep_mail("ana@mail.example", b"Subject: x\r\n\r\nbody\r\n")
    for path in (tmp_path / "caught").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_the_newest_is_first_and_can_be_thrown_away(tmp_path: Path) -> None:
    catcher = Catcher(tmp_path / "caught")
    for number in range(3):
        catcher.keep_mail(f"{number}@mail.example", b"Subject: %d\r\n\r\nbody\r\n" % number)
    assert [mail.subject for mail in catcher.mails()] == ["2", "1", "0"]
    assert [mail.subject for mail in catcher.mails(limit=1)] == ["2"]
    catcher.clear()
    assert not catcher.mails()
    assert not catcher.texts()


def test_it_starts_and_stops_again(tmp_path: Path) -> None:
    catcher = Catcher(tmp_path / "caught")
    for _ in range(2):
        catcher.start()
        assert catcher.port
        catcher.stop()
