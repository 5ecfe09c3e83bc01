"""What may go to another machine in the clear, for whoever asks: configuration, notifier and server alike."""

from __future__ import annotations

import pytest

from msgcenter_tui.clear import on_this_machine, why_no_mail, why_no_texts

HERE = ["localhost", "127.0.0.1", "127.8.8.8", "::1"]
ELSEWHERE = [
    "", "0.0.0.0", "::", "10.0.0.1", "192.0.2.1", "mail.example.org", "localhost.example.org", "127.0.0.1.example.org",
    "127.1", "2130706433", "[::1]", " 127.0.0.1", "127.0.0.1\n", "::ffff:192.0.2.1",
]  # fmt: skip


@pytest.mark.parametrize("host", HERE)
def test_nobody_is_on_the_way_to_this_machine(host: str) -> None:
    assert on_this_machine(host)
    assert why_no_mail(host, login=True, forced=False) == ""


@pytest.mark.parametrize("host", ELSEWHERE)
def test_whatever_else_a_host_is_called_it_is_another_machine(host: str) -> None:
    assert not on_this_machine(host)
    assert "mail" in why_no_mail(host, login=False, forced=False)


def test_mail_can_be_forced_and_a_password_cannot() -> None:
    assert why_no_mail("192.0.2.1", login=False, forced=True) == ""
    assert "password" in why_no_mail("192.0.2.1", login=True, forced=True)


@pytest.mark.parametrize("url", ["http://192.0.2.1", "http://sms.example", "//127.0.0.1.example", "ftp://sms.example"])
def test_texts_go_to_another_machine_by_https_only(url: str) -> None:
    assert "in the clear" in why_no_texts(url)
    assert why_no_texts("https://sms.example") == why_no_texts("http://127.0.0.1:8080") == ""
