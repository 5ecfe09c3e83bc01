"""What a mail says: the same in plain text and in HTML, each field filled for who reads it, and nothing is markup."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Mapping
from datetime import UTC

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.delivery.mails import CLIENT, FACTS, OFFICE, check, fenced, mail, page, part, plain, read, saying, words
from tests.hostile import HOSTILE

from msgcenter_tui.delivery.compose import Press
from msgcenter_tui.delivery.parts import parts
from msgcenter_tui.delivery.transfer import quoted
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import PieceKind, RunKind
from msgcenter_tui.rules import fields
from msgcenter_tui.text import clean, clean_line, is_blank

PORTAL = "https://portal.example/?a=1&b=2"


def expected(body: str, values: Mapping[str, str] | None, facts: Mapping[str, str] | None) -> str:
    """What the rules make of a body, by their own words for it."""
    body = clean(body).rstrip()
    if facts is None:
        return body
    if values is None:
        pieces = fields.pieces(body)
        return clean("".join(f"[{one.text}]" if one.kind is PieceKind.FIELD else one.text for one in pieces))
    return clean(fields.fill(body, {**facts, **values}))


BITS = st.one_of(
    st.text(max_size=40),
    st.text("ab =.<>&\"'\n\t ", max_size=60),
    st.text("Жя \n", max_size=60),
    st.sampled_from(
        ["\n", "\n\n\n", ".", "From ", "=_", "--=_", " ", "  ", "\t", "https://x.example/a?b=1&c=d", "\\{{", "\\[[",
         "{{ client.name }}", "{{client.first_name}}", "{{ sender.name }}", "{{ workspace.name | default: 'us' }}",
         '{{ client.phone | default: "no\n\nphone" }}', "{{ client.email | default: '' }}", "x" * 90]
    ),
)  # fmt: skip
TEXTS = st.lists(BITS, max_size=12).map("".join)
LINES = st.text(max_size=60).map(clean_line)
VALUES = st.fixed_dictionaries(
    {name: LINES if "email" in name or "phone" in name else LINES.filter(bool) for name in CLIENT}
)


@settings(max_examples=120, deadline=None)
@given(TEXTS, VALUES, st.booleans())
@example("{{ client.email | default: '' }}\n. \nFrom {{ client.name }}", CLIENT | {"client.email": ""}, False)
def test_each_reads_the_words_as_the_rules_fill_them(body: str, values: dict[str, str], staff: bool) -> None:  # T5, T8
    assume(not fields.check(clean(body).rstrip(), broadcast=False))
    letter = fenced(saying(body, facts=FACTS), values=None if staff else values)
    press = Press(OFFICE, UTC)
    content = press.mail(letter)
    check(content, more=[] if staff else ["Precedence", "List-Unsubscribe"])
    told = expected(body, letter.letter.values, FACTS)
    assert parts(letter.letter)[0].text == told
    assert plain(content) == told + "\n"
    assert words(page(content).shown) == words(told)


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_what_has_no_fields_is_read_as_it_was_written(body: str) -> None:  # T8
    content = mail(saying(body), values=CLIENT)
    check(content)
    assert plain(content) == clean(body).rstrip() + "\n"
    assert words(page(content).shown) == words(clean(body).rstrip())


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.text(max_size=90))
def test_a_value_is_never_expanded_nor_markup(body: str, value: str) -> None:  # T8
    assume(not fields.check(clean(body).rstrip(), broadcast=False))
    assume(clean_line(value))
    values = {**CLIENT, "client.name": value, "client.first_name": value}
    content = mail(saying(body, facts=FACTS), values=values)
    check(content)
    assert words(page(content).shown) == words(plain(content).rstrip("\n"))
    for url in page(content).links:
        assert url.startswith("https://x.example/a?b=1&c=d") or url in value


SAYING = {name: words for name, words in HOSTILE.items() if not is_blank(clean(words))}


@pytest.mark.parametrize("hostile", SAYING.values(), ids=SAYING)
def test_hostile_words_are_shown_in_html_as_in_plain_text(hostile: str) -> None:
    content = mail(saying(hostile, hostile, sender=hostile, subject=hostile), recipient=hostile, portal=PORTAL)
    shown = page(content)
    told, *_ = words(plain(content)).rpartition("Read it in your portal")
    assert words(shown.shown.removesuffix("Read it in your portal\n\n")) == words(told)
    assert all(link == PORTAL or link in hostile for link in shown.links)


@pytest.mark.parametrize(
    "body",
    [
        "{{ client.phone }}",
        "{{ client.nickname }}",
        "[[first day]]",
        "{{ client",
        "{{ client.first_name }} {{ sender.email }}",
    ],
)
def test_what_may_not_be_sent_is_no_mail(body: str) -> None:  # T4, T7
    edition = saying(body, facts={**FACTS, "sender.email": ""})
    with pytest.raises(CannotCompose) as refused:
        mail(edition, values={**CLIENT, "client.phone": ""})
    assert "cannot be sent" in str(refused.value)


def test_an_empty_value_of_one_recipient_is_not_the_next_ones() -> None:  # T4
    press, edition = Press(OFFICE, UTC), saying("Call {{ client.phone }}", facts=FACTS)
    with pytest.raises(CannotCompose):
        press.mail(fenced(edition, values={**CLIENT, "client.phone": ""}))
    assert plain(press.mail(fenced(edition, values=CLIENT))) == "Call +1 201 555 0123\n"


def test_several_messages_are_told_apart() -> None:  # N5
    content = mail(saying("One.", "Two."))
    told = "Maya, 2 March 2026, 09:00 UTC:\n\nOne.\n\n----\n\nLee, 2 March 2026, 10:00 UTC:\n\nTwo.\n"
    assert plain(content) == told
    assert words(page(content).shown) == words(told)


def test_who_wrote_a_message_that_is_not_the_owners_is_said() -> None:  # N10
    content = mail(saying("Yes.", kind=RunKind.OWNER, locked=False), values=None)
    assert plain(content) == "Yes.\n\nMaya, Bright Beginnings\n"
    assert words(page(content).shown) == "Yes.\n\nMaya, Bright Beginnings"
    assert plain(mail(saying("Yes.", kind=RunKind.OTHER, sender="Maya"))) == "Yes.\n\nMaya\n"


def test_the_portal_is_a_link() -> None:  # N2, L1
    content = mail(saying("Hello.", locked=False), portal=PORTAL)
    assert plain(content) == f"Hello.\n\nRead and reply: {PORTAL}\n"
    assert (page(content).links, page(content).linked) == ([PORTAL], ["Read and reply"])
    assert "Read it in your portal" in page(mail(portal=PORTAL)).shown
    assert page(mail(portal="javascript:alert(1)")).links == []
    nowhere = mail(saying("Hello.", locked=False))  # no portal: no word of one
    assert plain(nowhere) == "Hello.\n"
    assert (page(nowhere).links, "Read" in page(nowhere).shown) == ([], False)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://x.example.", "https://x.example"),
        ("see HTTP://X.example:8080/a?b=c&d=e#f, and", "HTTP://X.example:8080/a?b=c&d=e#f"),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)"),
        ("<https://x.example/>", "https://x.example/"),
        ('"https://x.example/"onclick="evil()"', "https://x.example/"),
        ("请看https://x.example/。", "https://x.example/"),
        ("https://x.example/'onclick='evil()", "https://x.example/'onclick='evil()"),
        ("\u202ehttps://x.example/\u202ca", "https://x.example/"),
        ("javascript:alert(1)", None),
        ("javascript://x.example/%0aalert(1)", None),
        ("data:text/html;base64,x", None),
        ("file:///etc/passwd", None),
        ("www.x.example", None),
        ("https://", None),
        ("https:///x", None),
        ("xhttps://x.example/", None),
        ("https://bank.example@evil.example/", None),
        ("https://bank:1@evil.example/", None),
        ("https://bücher.example/", None),
        ("https://x.example/Größe", None),
        ("http\u017f://x.example/", None),
        ("https://x.example/\u202ecba", "https://x.example/"),
    ],
)
def test_only_what_reads_as_where_it_leads_is_a_link(text: str, link: str | None) -> None:
    shown = page(mail(saying(text)))
    assert shown.links == shown.linked == ([link] if link else [])
    assert words(shown.shown) == words(text)


def test_many_characters_of_links_take_no_time() -> None:
    for text in (
        "https://" * 2_500,
        "https://a" + "." * 20_000,
        "https://a/" + ")" * 20_000,
        "https://a/" + "(" * 9_000,
    ):
        mail(saying(text))


def test_a_page_loads_nothing_and_keeps_the_readers_colours() -> None:
    html = part(mail(saying("Hello. https://x.example/pixel.png", subject="<b>")), "html")
    for loaded in ("<img", "src=", "url(", "<link", "<script", "@import", "<style", "color:", "background"):
        assert loaded not in html
    assert page(mail(saying("x", subject="<b>"))).title == "<b>"


# -- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("Short lines\nof ASCII.", "7bit"),
        ("x" * 78, "7bit"),
        ("x" * 79, "quoted-printable"),
        (".", "quoted-printable"),
        ("From me", "quoted-printable"),
        ("blanks at the end \nof a line", "quoted-printable"),
        ("--=_1", "quoted-printable"),
        ("Grüße", "quoted-printable"),
        ("Dear {{ client.name }}", "quoted-printable"),
        ("Здравствуйте", "base64"),
        ("Здравствуйте, дорогая моя {{ client.name }}", "base64"),
    ],
)
def test_no_server_needs_to_take_more_than_seven_bits(body: str, encoding: str) -> None:
    found = read(mail(saying(body, facts=FACTS), values=CLIENT)).get_body(("plain",))
    assert found is not None
    assert found["Content-Transfer-Encoding"] == encoding
    assert all(len(line) <= 78 for line in str(found.get_payload()).splitlines())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([" ", "\t", ".", "=", "From ", "ab", "x" * 37, "é", "Ж", "\n"]), max_size=80))
def test_quoted_lines_are_short_and_end_in_nothing_that_gets_lost(bits: list[str]) -> None:  # RFC 2045, 6.7
    content = mail(saying("é" + "".join(bits) + "."))
    for line in content.split(b"\r\n"):
        assert len(line) <= 78
        assert not line.endswith((b" ", b"\t"))


@pytest.mark.parametrize("length", [0, 1, 71, 72, 73, 74, 75, 76, 77, 78])
@pytest.mark.parametrize("end", ["", "=", "x=", "==", " ", "\t", "é"])
def test_a_line_is_encoded_the_same_however_short_it_is(length: int, end: str) -> None:  # N14
    line = ("a=b " * 20)[: length - len(end)] + end
    for said in (line, line.replace("=", "-")):
        assert quoted(said).encode() == b2a_qp(said.encode()).replace(b"\n", b"\r\n") + b"\r\n"
