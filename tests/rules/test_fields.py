"""What may be sent, and what each reader gets (T3, T4, T5, T7, T8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE

from msgcenter_tui.domain import Piece, PieceKind
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.rules.fields import (
    FIELDS,
    TokenKind,
    check,
    client_values,
    empty_of,
    fill,
    parse,
    pieces,
    refusal,
    sending_values,
    unfilled,
)
from msgcenter_tui.text import is_blank

ANA = client_values("Ana Flores", "ana@mail.example", None)
MAYA = sending_values("Maya Ortiz", "maya@practice.example", "Bright Beginnings")
EVERYTHING = {**ANA, **MAYA}

SIGNS = ["{{", "}}", "{", "}", "[[", "]]", "\\", '"', "x", " ", "\n", "\\{{", "\\[["]
SIGNS += [f"{{{{ {name} }}}}" for name in FIELDS]
SIGNS += [f'{{{{ {name} | default: "there" }}}}' for name in FIELDS]
SIGNS += ["[[first day]]", "{{ client.frist_name }}"]
written = st.lists(st.sampled_from(SIGNS) | st.text(max_size=5), max_size=12).map("".join)
values = st.fixed_dictionaries(
    dict.fromkeys(FIELDS, st.lists(st.sampled_from(SIGNS) | st.text(max_size=5), max_size=4).map("".join))
)


# -- T4: what is never sent -------------------------------------------------------------------------------------------


def why(text: str, *, broadcast: bool = True, clients: bool = True, empty: frozenset[str] = frozenset()) -> list[str]:
    return [problem.what for problem in check(text, broadcast=broadcast, clients=clients, empty=empty)]


@pytest.mark.parametrize("broadcast", [True, False])
def test_an_unknown_field_is_never_sent(broadcast: bool) -> None:  # T4, hazards 50
    assert why("Dear {{ client.frist_name }}", broadcast=broadcast) == ['there is no field "client.frist_name"']
    assert why('Dear {{ nickname | default: "you" }}', broadcast=broadcast) == ['there is no field "nickname"']
    assert why("Dear {{ client.name", broadcast=broadcast) == ['"{{" is not closed']


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.can_be_empty])
def test_in_a_broadcast_a_field_that_can_be_empty_needs_a_fallback(name: str) -> None:  # T4
    (problem,) = check(
        f"Call {{{{ {name} }}}}", broadcast=True
    )  # whoever is there today: nobody's values are looked at
    assert "can be empty" in problem.what
    assert f'{{{{ {name} | default: "…" }}}}' in problem.cure
    assert why(f'Call {{{{ {name} | default: "us" }}}}') == []


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not field.can_be_empty])
def test_names_need_no_fallback(name: str) -> None:  # T4
    assert why(f"Dear {{{{ {name} }}}}") == []
    assert why(f"Dear {{{{ {name} }}}}", broadcast=False) == []


def test_in_a_direct_thread_a_field_needs_a_fallback_where_it_is_empty() -> None:  # T4, hazards 50
    body = "Call {{ client.phone }}, write to {{ client.email }}"
    assert why(body, broadcast=False, empty=empty_of(ANA)) == ["{{ client.phone }} is empty for a recipient"]
    assert why(body, broadcast=False) == []
    assert why('{{ client.phone | default: "-" }}', broadcast=False, empty=empty_of(ANA)) == []


def test_a_text_that_no_client_reads_has_no_client_fields() -> None:  # T4
    (problem,) = check('Hello {{ client.name | default: "all" }}', broadcast=False, clients=False)
    assert "no client reads this" in problem.what
    assert why("Hello, {{ sender.name }} of {{ workspace.name }}", broadcast=False, clients=False) == []


EMPTY = '{{ client.email | default: "" }}'


@pytest.mark.parametrize("text", [EMPTY, f" {EMPTY}\n\u200b", f'{EMPTY} {{{{ client.phone | default: " \t" }}}}'])
def test_what_can_come_to_an_empty_message_is_not_sent(text: str) -> None:  # M3, T4
    (problem,) = check(text, broadcast=True)
    assert text[problem.start :].startswith(EMPTY)
    assert "an empty message" in problem.what
    assert '{{ client.email | default: "…" }}' in problem.cure
    assert why(text, broadcast=False, empty=frozenset(("client.email", "client.phone"))) == [problem.what]
    assert why(text, broadcast=False) == [], "to people who have all of it"


@pytest.mark.parametrize(
    "beside", [".", "{{ client.name }}", "{{ sender.name }}", "\\{{", '{{ client.phone|default:"x"}}']
)
def test_beside_something_a_fallback_may_say_nothing(beside: str) -> None:  # M3, T4
    assert why(EMPTY + beside) == []
    assert why(f"{beside} {EMPTY}") == []


SAYS_LITTLE = [" ", "\n", EMPTY, EMPTY.replace("email", "phone"), "\\[[", "{{ client.first_name }}", "[["]


@given(st.lists(st.sampled_from(SAYS_LITTLE), min_size=1, max_size=3).map("".join), values)
def test_what_may_be_sent_to_all_is_empty_for_nobody(text: str, values: dict[str, str]) -> None:  # M3
    if is_blank(text) or check(text, broadcast=True):
        return
    there = {name: value if not is_blank(value) else "x" for name, value in values.items()}
    for lacking in ((), ("client.email",), ("client.phone",), ("client.email", "client.phone")):
        assert not is_blank(fill(text, {**there, **dict.fromkeys(lacking, "")}))


def test_the_refusal_names_the_place_and_the_cure() -> None:  # T4, S1, hazards 50
    refused = refusal(check("Dear\n  {{ client.frist_name }}, [[day]]", broadcast=True))
    assert isinstance(refused, Refused)
    assert str(refused) == (
        'not sent, line 2, column 3: there is no field "client.frist_name"; '
        "did you mean {{ client.first_name }}? (and 1 more problem)"
    )


@given(written)
def test_problems_come_in_the_order_of_their_places(text: str) -> None:
    starts = [problem.start for problem in check(text, broadcast=True)]
    assert starts == sorted(starts)


# -- T7: blanks -------------------------------------------------------------------------------------------------------


def test_an_unfilled_blank_blocks_the_send() -> None:  # T7
    assert why("From [[first day]] to [[]]") == ['the blank "first day" is not filled in', "a blank is not filled in"]
    assert why("From [[first day]]", broadcast=False, clients=False) == ['the blank "first day" is not filled in']
    assert why("From Monday") == []


def test_blanks_are_found_in_their_order() -> None:  # T7
    text = "From [[first day]] to\n[[last day]]. \\[[no]] {{ client.name }}"
    assert [text[token.start : token.end] for token in unfilled(text)] == ["[[first day]]", "[[last day]]"]


# -- T3, T5, T8: what a reader gets -----------------------------------------------------------------------------------


def test_a_client_gets_their_own_values() -> None:  # T5
    body = "Dear {{ client.first_name }},\n{{ client.name }} <{{client.email}}>\n"
    assert (
        fill(body + "{{ sender.first_name }}, {{workspace.name}}", EVERYTHING)
        == "Dear Ana,\nAna Flores <ana@mail.example>\nMaya, Bright Beginnings"
    )


def test_a_fallback_stands_for_an_empty_value() -> None:  # T3
    assert fill("Call {{ client.phone | default: 'us' }}", EVERYTHING) == "Call us"
    assert fill('Call {{ client.phone | default: "us" }}', {**EVERYTHING, "client.phone": "555"}) == "Call 555"
    assert fill('Call {{ client.phone | default: "" }}.', EVERYTHING) == "Call ."


def test_escapes_are_undone() -> None:  # T8
    assert fill("Write \\{{ client.name }} or \\[[day]].", EVERYTHING) == "Write {{ client.name }} or [[day]]."


def test_a_value_that_looks_like_a_field_stays_as_it_is() -> None:  # T8, hazards 51
    tricky = {**EVERYTHING, "client.name": "{{ client.email }} [[x]] \\{{", "client.phone": "{{"}
    assert fill("{{ client.name }}", tricky) == "{{ client.email }} [[x]] \\{{"
    assert fill("{{ client.phone }} client.email }}", tricky) == "{{ client.email }}"


@pytest.mark.parametrize("text", ["[[day]]", "{{ x }}", "{{", "[["])
def test_what_may_not_be_sent_is_not_filled(text: str) -> None:  # T4, T7
    with pytest.raises(BadInput, match="line 2, column 1"):
        fill(f"Dear\n{text}", EVERYTHING)


@given(written, values)
def test_what_is_sent_holds_no_field_and_no_blank(text: str, facts: dict[str, str]) -> None:  # T4, T7, T8
    # An independent reading: split at the fields; nothing else may change but escapes, and no value is looked at.
    if check(text, broadcast=False, empty=empty_of(facts)):
        return
    expected = ""
    for token in parse(text).tokens:
        assert token.kind in (TokenKind.TEXT, TokenKind.ESCAPE, TokenKind.FIELD)
        if token.kind is TokenKind.FIELD:
            expected += facts[token.name] or token.fallback or ""
        else:
            expected += token.text.replace("\\{{", "{{").replace("\\[[", "[[")
    assert fill(text, facts) == expected


@given(written, values, values)
def test_what_every_client_may_get_has_no_hole(text: str, today: dict[str, str], later: dict[str, str]) -> None:  # T4
    # Allowed in a broadcast: then filled for anybody, also for who joins later, from whatever values.
    if check(text, broadcast=True):
        return
    for facts in (today, later):
        named = {name: value or ("" if FIELDS[name].can_be_empty else "someone") for name, value in facts.items()}
        used = [token for token in parse(text).tokens if token.kind is TokenKind.FIELD]
        assert all(named[token.name] or token.fallback for token in used)
        fill(text, named)


@given(
    st.lists(st.sampled_from(["plain ", "{{ client.name }}", "{{client.phone|default:'there'}}", "\n"])).map("".join)
)
def test_filled_text_has_nothing_left_to_fill(text: str) -> None:  # T4
    assert "{{" not in fill(text, EVERYTHING)
    assert "}}" not in fill(text, EVERYTHING)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_difficult_name_is_only_a_name(name: str) -> None:  # T8
    assert fill("<{{ client.name }}>", {**EVERYTHING, "client.name": name}) == f"<{name}>"


# -- T5: what staff see -----------------------------------------------------------------------------------------------


def test_staff_see_the_names_of_fields() -> None:  # T5
    body = "Dear {{ client.first_name }}, \\{{ from [[day]] {{ x }} {{ client.phone | default: 'us' }}"
    assert pieces(body) == (
        Piece(PieceKind.TEXT, "Dear "),
        Piece(PieceKind.FIELD, "first name"),
        Piece(PieceKind.TEXT, ", {{ from "),
        Piece(PieceKind.BLANK, "[[day]]"),
        Piece(PieceKind.TEXT, " "),
        Piece(PieceKind.ERROR, "{{ x }}"),
        Piece(PieceKind.TEXT, " "),
        Piece(PieceKind.FIELD, "phone number"),
    )


def test_a_preview_shows_values_and_what_is_missing() -> None:  # T5
    body = '{{ client.first_name }}{{ client.phone }}{{ client.phone | default: "us" }}{{ client.phone | default: "" }}'
    assert [piece.text for piece in pieces(body, EVERYTHING)] == ["Ana", "phone number", "us", ""]


@given(written, values)
def test_pieces_are_the_text_as_it_will_be_read(text: str, facts: dict[str, str]) -> None:  # T5
    if not check(text, broadcast=False, empty=empty_of(facts)):
        assert "".join(piece.text for piece in pieces(text, facts)) == fill(text, facts)
    kinds = [piece.kind for piece in pieces(text)]
    assert all(kinds[i : i + 2] != [PieceKind.TEXT] * 2 for i in range(len(kinds)))


def test_there_are_values_for_every_field() -> None:  # T3
    assert set(EVERYTHING) == set(FIELDS)
    assert empty_of(EVERYTHING) == {"client.phone"}
