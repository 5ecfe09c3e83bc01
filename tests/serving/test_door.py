"""The door: by which names it goes, whose pages are its own, and that its secrets are new each time."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from msgcenter_tui.errors import BadInput
from msgcenter_tui.serving.door import Door

PROXY = "https://center.example.org/office"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "localhost.", "[::1]:8000", "10.1.2.3:80", "desk:8000"],
)
def test_it_goes_by_its_names_and_by_any_address_in_numbers(host: str) -> None:
    assert Door(names=["desk"]).knows(host)


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example",
        "127.0.0.1@evil.example", "evil.example#127.0.0.1", "127.0.0.1/evil.example", "127.0.0.1:80; script-src *",
        "127.0.0.1 evil.example", "[::1", "[evil.example]", "localhost:port", "2130706433", "127.0.0.1\n",
    ],
)  # fmt: skip
def test_it_goes_by_no_name_that_somebody_else_could_lead_here(host: str) -> None:
    assert not Door(names=["desk"]).knows(host)


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://127.0.0.1:8000", True),
        ("https://center.example.org", True),
        ("", False),
        ("null", False),
        ("http://127.0.0.1:8001", False),
        ("http://127.0.0.1", False),
        ("http://localhost:8000", False),
        ("http://center.example.org", False),
        ("https://center.example.org.evil.example", False),
        ("http://evil.example", False),
    ],
)
def test_only_a_page_of_its_own_may_open_a_socket(origin: str, own: bool) -> None:
    assert Door(url=PROXY).is_own(origin, "127.0.0.1:8000") is own


def test_without_a_proxy_no_page_has_no_origin() -> None:
    assert not Door().is_own("", "127.0.0.1:8000")


def test_its_secrets_are_new_at_each_start_and_no_other_opens() -> None:
    one, two = Door(), Door()
    assert one.opens(one.token)
    assert one.passes(one.cookie_value)
    for wrong in (
        two.token,
        one.cookie_value,
        one.token[:-1],
        one.token + "x",
        one.token.swapcase(),
        "",
        "ü",
        "\ud800",
    ):
        assert not one.opens(wrong)
    for wrong in (two.cookie_value, one.token, "", "ü"):
        assert not one.passes(wrong)
    secrets = [one.token, one.cookie_value, two.token, two.cookie_value]
    assert len({*secrets, one.place, two.place, one.cookie, two.cookie}) == 8
    assert all(len(secret) == 43 for secret in secrets)  # 32 bytes


def test_the_address_has_the_token_and_the_place_has_none() -> None:
    door = Door()
    for host in ("127.0.0.1", "::1"):
        address = urlsplit(door.address(host, 8000))
        assert (address.hostname, address.port, address.path) == (host, 8000, "/")
        assert parse_qs(address.query) == {"token": [door.token]}
    assert door.token not in door.place


def test_behind_a_proxy_it_goes_by_the_proxys_address() -> None:
    door = Door(url=PROXY + "/")
    assert door.address("127.0.0.1", 8000) == f"{PROXY}/?token={door.token}"
    assert door.knows("center.example.org")
    assert door.secure
    assert door.public_place == "/office" + door.place
    assert not Door().secure
    assert not Door(url="http://center.example.org").secure


@pytest.mark.parametrize(
    "url",
    ["center.example.org", "ftp://center.example.org", "https://", "https://a b", "https://u:p@host", "https://h?q"],
)
def test_a_proxys_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match=r"https://center\.example\.org"):
        Door(url=url)
