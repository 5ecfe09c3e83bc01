"""Templates in words: whose they are, what fills them in, and what is wrong with them, with its place (T1, T4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, islice

from textual.content import Content

from msgcenter_tui.domain import Piece, Template
from msgcenter_tui.rules import fields, ranking
from msgcenter_tui.tui import render
from msgcenter_tui.tui.widgets.pieces import Pieces

_MARK = "bold underline"
"""What was typed, in what it found: not told by a colour alone."""
_MOST_MARKS = 50


def whose(template: Template) -> str:
    return render.plain(template.team_name) if template.team_name else "yours"


def shortcut(template: Template) -> Content:
    return render.line(f"/{template.shortcut}", "$accent") if template.shortcut else Content.empty()


def marked(words: str, typed: str, styles: tuple[str, ...] = (), *, forgiving: bool = False) -> Pieces:
    """A name or shortcut on one line, in it the letters that answer what was typed: bold, underlined (T2)."""
    shown = render.plain(words)
    found = sorted(ranking.marks(typed, shown, forgiving=forgiving)) if typed else []
    parts: Pieces = []
    done = 0
    for _, run in groupby(enumerate(found), lambda one: one[1] - one[0]):
        places = [place for _, place in run]
        start, end = places[0], places[-1] + 1
        parts += [(shown[done:start], styles), (shown[start:end], (*styles, _MARK))]
        done = end
    parts.append((shown[done:], styles))
    return [(words, styles) for words, styles in parts if words]


def marked_words(text: Content, typed: str) -> Content:
    """A text, in it each of the words typed: where it is that found it, if no name did (T2)."""
    lowered = text.plain.casefold()
    if len(lowered) != len(text.plain):  # a letter that is two in lower case: the places would not be those
        return text
    for word in ranking.sought(typed).words:
        for match in islice(re.finditer(re.escape(word), lowered), _MOST_MARKS):
            text = text.stylize(_MARK, *match.span())
    return text


def detail(template: Template, preview: Sequence[Piece] | None, client: str) -> Content:
    """A template as it is written, fields in words; with `preview` as this client would read it."""
    lines = [
        Content.assemble(render.line(template.name, "bold"), "  ", shortcut(template)),
        Content.styled(f"{whose(template)}{'' if template.editable else ', its Owners change it'}", "$muted"),
    ]
    if template.subject:
        lines.append(Content.assemble(("Subject  ", "$muted"), render.line(template.subject)))
    if preview is not None:
        lines.append(Content.assemble(("As it reaches  ", "$portal"), render.line(client, "bold $portal")))
    written = fields.pieces(template.body)
    body = render.pieces(written) if preview is None else render.filled(preview, written)
    facts = summary(template.body)
    return Content("\n").join([*lines, Content.empty(), body, *([Content.empty(), facts] if facts else [])])


def summary(body: str) -> Content:
    """Which fields and blanks a text holds: "fields: first name · blanks: 2"."""
    tokens = fields.parse(body).tokens
    words = dict.fromkeys(fields.FIELDS[token.name].words for token in tokens if token.kind is fields.TokenKind.FIELD)
    blanks = sum(1 for token in tokens if token.kind is fields.TokenKind.BLANK)
    parts = []
    if words:
        parts.append(Content.styled(f"fields: {', '.join(words)}", "$field"))
    if blanks:
        parts.append(Content.styled(f"blanks to fill in: {blanks}", "$blank"))
    return Content(" · ").join(parts)


def problem(one: fields.Problem, style: str = "$error", sign: str = "✗") -> Content:
    """A problem with its place and cure (S1)."""
    return Content.assemble(
        Content.styled(f"{sign} line {one.line}, column {one.column}: ", f"bold {style}"),
        render.line(one.what, style),
        "\n  ",
        render.line(one.cure, "$muted"),
    )


def checks(body: str, cursor: int = -1) -> Content:
    """What keeps a template from being saved, and what a broadcast would still ask for (T4).

    What is wrong at the cursor, an offset into the body, comes first.
    """
    wrong = fields.parse(body).problems
    found = [(one, problem(one)) for one in wrong]
    found += [(one, problem(one, "$warning", "⚠ for All Clients,")) for one in _later(body)]
    lines = [words for _, words in sorted(found, key=lambda pair: not pair[0].start <= cursor <= pair[0].end)]
    if not lines and body.strip():
        lines.append(Content.styled("✓ every field is known", "$success"))
    return Content("\n").join(lines)


def _later(body: str) -> list[fields.Problem]:
    """What does not keep it from being saved, and would keep it from being sent to All Clients."""
    starts = {one.start for one in fields.parse(body).problems} | {blank.start for blank in fields.unfilled(body)}
    return [one for one in fields.check(body, broadcast=True) if one.start not in starts]


def field_list() -> Content:
    """The closed list of fields (T3), as they are written and as they read."""
    width = max(len(name) for name in fields.FIELDS)
    lines = [Content.assemble(("Fields, written as  ", "bold"), ("{{ client.first_name }}", "$field"))]
    for name, field in fields.FIELDS.items():
        empty = " (or empty)" if field.can_be_empty else ""
        lines.append(Content.assemble((f"{name:<{width}}", "$field"), f"  {field.words}", (empty, "$muted")))
    lines += [
        Content.empty(),
        Content.assemble(('{{ client.phone | default: "…" }}', "$field"), ("  or else", "$muted")),
        Content.assemble(("[[first day]]", "$blank"), ("  to be filled in by hand", "$muted")),
    ]
    return Content("\n").join(lines)
