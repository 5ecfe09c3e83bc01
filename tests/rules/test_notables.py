"""Who is worth a look before a send: found whatever the steps in which everybody is looked at (T6, N2, N4)."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from msgcenter_tui.domain import NotableKind, PersonId, Scanned
from msgcenter_tui.rules import fields, notables, segments, sms

SENDER = "Bright Beginnings"
LINK = "Read it in your portal: https://portal.example/"
FACTS = fields.sending_values("Maya Ortiz", "maya@practice.example", SENDER)
One = tuple[str, str | None, str | None, bool, bool, bool]
"""Name, address, number; in the portal, texted, for the first time."""

one = st.tuples(
    st.sampled_from(["Ana", "Ben Adeyemi", "Łucja", "Dr. X"]),
    st.none() | st.just("a@mail.example"),
    st.none() | st.just("+1 201 555 0123"),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
bodies = st.builds(
    "{}{}".format,
    st.sampled_from(
        [
            "Dear {{ client.name }}, ",
            'Dear {{ client.first_name }} {{ client.phone | default: "us" }} ',
            'To {{ client.email | default: "" }} {{ client.email }}: ',
            "Hello {{ sender.name }} ",
            "Nothing to fill ",
        ]
    ),
    st.sampled_from(["", "x" * 110, "x" * 260, "x" * 395, "x" * 2000]),
)


def told(body: str, who: One) -> str:
    return fields.fill(body, {**FACTS, **fields.client_values(*who[:3])})


def tallied(body: str, those: Sequence[tuple[int, One]]) -> Scanned:
    tally = notables.Tally(body, FACTS, sender=SENDER, link=LINK, how_to_stop=sms.REPLY_STOP)
    for place, (name, email, phone, portal, texted, first) in those:
        by_sms = texted and phone is not None
        more = {"by_email": email is not None, "by_sms": by_sms, "in_portal": portal, "first_sms": first}
        tally.look(PersonId(f"p{place}"), name, email, phone, **more)
    return tally.scanned()


@settings(max_examples=100, deadline=None)
@given(body=bodies, those=st.lists(one, max_size=12), step=st.integers(1, 5))
def test_what_is_found_is_so_and_the_same_in_any_steps(body: str, those: list[One], step: int) -> None:
    numbered = list(enumerate(those))
    whole, added = tallied(body, numbered), Scanned()
    for at in range(0, len(numbered), step):
        added = notables.added(added, tallied(body, numbered[at : at + step]))
    assert notables.worth_a_look(added) == notables.worth_a_look(whole)
    assert (added.looked, added.texted) == (whole.looked, whole.texted)
    counts = {(found.kind, found.field): found for found in whole.notables}

    def count(kind: NotableKind, field: str = "") -> int:
        return counts[kind, field].count if (kind, field) in counts else 0

    used = {token.name: token.fallback for token in fields.parse(body).tokens if token.kind is fields.TokenKind.FIELD}
    empties = NotableKind.EMPTY if "{{ client.email }}" in body else NotableKind.FALLBACK
    assert count(empties, "client.email") == sum(who[1] is None for who in those if "client.email" in used)
    assert count(NotableKind.FALLBACK, "client.phone") == sum(who[2] is None for who in those if "client.phone" in used)
    longest = max((len(told(body, who)) for who in those), default=0)
    assert count(NotableKind.LONGEST) == sum(len(told(body, who)) == longest for who in those)
    nothing = [who for who in those if who[1] is None and not (who[2] and who[4])]
    assert count(NotableKind.PORTAL_ONLY) == sum(who[3] for who in nothing)
    assert count(NotableKind.UNREACHABLE) == sum(not who[3] for who in nothing)
    texts = [_sms(body, who) for who in those if who[2] and who[4]]
    assert count(NotableKind.SMS_CUT) == sum(cut for _, cut in texts)
    most = max((segments.size(text).segments for text, cut in texts if not cut), default=0)
    assert count(NotableKind.SMS_MOST) == sum(segments.size(text).segments == most for text, cut in texts if not cut)


def _sms(body: str, who: One) -> tuple[str, bool]:
    """The SMS as it is sent, and whether it is cut."""
    words = told(body, who).strip()
    text = sms.text(SENDER, words, LINK if who[3] else "", sms.REPLY_STOP if who[5] else "")
    return text, words not in text


def test_what_is_alike_for_everybody_sets_nobody_apart() -> None:
    those: list[One] = [("Ana", "a@mail.example", None, True, False, False)] * 3
    assert notables.worth_a_look(tallied("Hello", list(enumerate(those)))) == ()


@given(st.text("ab {}€Ł😀\n", max_size=40), st.integers(1, 40))
def test_a_text_fits_where_it_is_not_cut(text: str, times: int) -> None:  # N2
    text *= times
    fits = segments.fits(text)
    assert (fits > 0) == (segments.fitted(text) == text or not text)
    assert fits in (0, segments.size(text).segments)


def in_parts(text: str, *, gsm: bool) -> int:
    """How many parts a text is sent in: each character goes whole into the present one, or begins the next."""
    doubled = "\f^{}\\[~]|€" if gsm else "🎉"
    taken = [2 if letter in doubled else 1 for letter in text]
    if sum(taken) <= (160 if gsm else 70):
        return 1
    joined = room = 153 if gsm else 67
    parts = 1
    for places in taken:
        if places > room:
            parts, room = parts + 1, joined
        room -= places
    return parts


@given(st.lists(st.tuples(st.sampled_from("a€{\nя🎉"), st.integers(1, 170)), max_size=8), st.booleans())
def test_no_character_is_parted(runs: list[tuple[str, int]], gsm: bool) -> None:  # 3GPP TS 23.040
    text = "".join(letter * times for letter, times in runs if not gsm or letter not in "я🎉")
    found = segments.size(text)
    assert found.segments == in_parts(text, gsm=found.gsm)
    fitted = segments.fitted(text, "[link]", "€")
    assert in_parts(fitted, gsm=segments.size(fitted).gsm) <= segments.MOST_SEGMENTS


@given(st.text(max_size=200))
def test_what_a_text_takes(text: str) -> None:  # 3GPP TS 23.038
    found = segments.size(text)
    assert found.gsm == all(letter in segments._GSM or letter in segments._GSM_EXTENDED for letter in text)
    if found.gsm:
        assert found.units == sum(2 if letter in segments._GSM_EXTENDED else 1 for letter in text)
    else:
        assert found.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
