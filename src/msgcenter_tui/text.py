"""Foreign text: the door it comes in by (`clean`), the gate it leaves by to a terminal (`shown`), and its keys.

Whatever a person, a file or a server wrote passes `clean` once, on entry (M3). What it stores may still hold
bidirectional controls and characters of no width; whatever goes to a terminal passes `shown`.
"""

from __future__ import annotations

import re
import unicodedata

from msgcenter_tui.errors import BadInput

LONGEST_BODY = 20_000
LONGEST_LINE = 200
"""A name or a subject, in characters."""

# Unicode's own bound for text that is safe to process (UAX #15, Stream-Safe Text Format): far beyond any language.
_MOST_MARKS = 30

# VT is the soft line break of word processors, FF and NEL end lines likewise: they become what they meant.
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Marks are neither letters nor space nor ASCII: only such runs are looked at one by one.
_PERHAPS_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")

_BIDI = {
    "\u061c": "‹ALM›",
    "\u200e": "‹LRM›",
    "\u200f": "‹RLM›",
    "\u202a": "‹LRE›",
    "\u202b": "‹RLE›",
    "\u202c": "‹PDF›",
    "\u202d": "‹LRO›",
    "\u202e": "‹RLO›",
    "\u2066": "‹LRI›",
    "\u2067": "‹RLI›",
    "\u2068": "‹FSI›",
    "\u2069": "‹PDI›",
}
# Only where white space begins: else a long run without a break would be gone through from each of its characters.
_BREAK = re.compile(r"(?<!\s)\s*\n\s*")
_SHOWN_LINE_ENDS = re.compile("\r\n|[\u2028\u2029]")
# Of no width and no effect on their neighbours. The flags of England, Scotland and Wales are the one use of tags.
_NO_WIDTH = (
    "\u00ad\u034f\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_TAG_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_NOT_SHOWN = re.compile(f"({_TAG_FLAG})|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(_BIDI)}{_NO_WIDTH}]")
_JOINERS = re.compile("[\u200c\u200d]+")
_INVISIBLE = re.compile(f"[{_NO_WIDTH}\u200c\u200d\ufe00-\ufe0f{''.join(_BIDI)}]")
# Letters and symbols that are drawn as nothing: fillers of Hangul, Braille's empty pattern, variation selectors.
_DRAWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
_TAB = 4


# -- the door in ------------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """The text as it may be stored (M3): every line end is a newline, no control but newline and tab.

    Control characters are taken out, halves of surrogate pairs become U+FFFD, piles of more than 30 combining
    marks are cut. Bidirectional controls and everything else stay as written.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _NEWLINES.sub("\n", text)
    text = _CONTROLS.sub("", text)
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _capped(text)


def clean_line(text: str) -> str:
    """The same as one line: breaks and tabs become spaces, runs of spaces one, none at the ends."""
    return re.sub("[ \t\n]+", " ", clean(text)).strip()


def clean_body(text: str, what: str = "the message") -> str:
    """A body as it may be stored; raises BadInput where it says nothing or is over 20 000 characters (M3)."""
    body = clean(text)
    if is_blank(body):
        raise BadInput(f"{what} is empty", cure="write something first")
    if len(body) > LONGEST_BODY:
        raise BadInput(
            f"{what} is too long",
            f"it has {len(body):,} characters, the most is {LONGEST_BODY:,}",
            "shorten it or send it in parts",
        )
    return body


def clean_name(text: str, what: str = "the name") -> str:
    """A name of a person, team or template: one line of 1 to 200 characters, else BadInput.

    200 is above any name that the registers of the world hold (the longest fields of passports and HL7 have less),
    and keeps a header of a mail within one line.
    """
    name = clean_line(text)
    if is_blank(name):
        raise BadInput(f"{what} is empty", cure="give one")
    if len(name) > LONGEST_LINE:
        raise BadInput(
            f"{what} is too long", f"it has {len(name):,} characters, the most is {LONGEST_LINE}", "shorten it"
        )
    return name


def clean_subject(text: str | None) -> str | None:
    """A subject as one line, None where there is none (M1); BadInput above 200 characters."""
    if text is None or is_blank(clean_line(text)):
        return None
    return clean_name(text, "the subject")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: white space, controls, characters without a picture."""
    return all(
        character.isspace()
        or character in _DRAWN_AS_NOTHING
        or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs")
        for character in text
    )


def _capped(text: str) -> str:
    return _PERHAPS_MARKS.sub(lambda match: _cap(match[0]), text)


def _cap(run: str) -> str:
    kept = []
    marks = 0
    for character in run:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        elif category != "Cf":  # a joiner between them ends no pile
            marks = 0
        kept.append(character)
    return "".join(kept)


# -- the gate out -----------------------------------------------------------------------------------------------------


def shown(text: str) -> str:
    """The text as a terminal may get it: what would steer it is visible instead, what hides is gone.

    Of the control characters only the newline is left; a tab is spaces. Controls become their pictures (␛, ‹9B›),
    the twelve bidirectional ones their names (‹RLO›); characters of no width are removed, but joiners where they
    join. Showing what is shown changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SHOWN_LINE_ENDS.sub("\n", text)
    text = _NOT_SHOWN.sub(_picture, text)
    text = _JOINERS.sub(_joiner, text)
    return _capped(text.expandtabs(_TAB))


def shown_line(text: str) -> str:
    """The same as one line, for names, subjects and cells of tables."""
    return _BREAK.sub(" ", shown(text)).strip()


def _picture(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    character = match[0]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code <= 0x9F:
        return f"‹{code:02X}›"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return _BIDI.get(character, "")


def _joiner(match: re.Match[str]) -> str:
    """One joiner after a character that can be joined: letters of most scripts and emoji are not ASCII."""
    before = match.string[match.start() - 1 : match.start()]
    return match[0][0] if before and not before.isascii() and not before.isspace() else ""


# -- keys and previews ------------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """The key by which text is searched and held unique: without case, width, form and invisible characters.

    Accents stay: Jose and José are two people. What has no name of a person is sorted by it, too.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).casefold()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.split())


# Others than Latin and Greek ones, and ё, are letters of their own with a mark: й, ї, the vowels of Hindi and Thai.
_MARKED = re.compile("([a-zα-ωе])[\u0300-\u036f]+")
_NOT_TAKEN_APART = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th",
})  # fmt: skip


def name_key(name: str) -> str:
    """The key by which people are sorted, and found by their names: Łucja stands among those with L.

    It begins with the base letters; where those are not all, `fold` of the name comes behind a sign that no name holds
    and that is before any other: José stands behind Jose, before Jose Maria, and is found by either.
    """
    folded = fold(name)
    base = base_letters(folded)
    return folded if base == folded else f"{base}\x1f{folded}"


def base_letters(folded: str) -> str:
    """What `fold` gave without the marks of its letters, and without those that are no marks to Unicode: ł is an l."""
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded).translate(_NOT_TAKEN_APART)
    return unicodedata.normalize("NFC", _MARKED.sub(r"\1", apart))


_HALF_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def preview(text: str, n: int) -> str:
    """The beginning of a text as one line of at most `n` characters, the last of them … where it was cut."""
    line = " ".join(text.split(None, n)[:n])
    if len(line) <= n:
        return line
    return line[: whole_signs(line, max(n - 1, 0))].rstrip() + "…" if n > 0 else ""


def whole_signs(text: str, end: int) -> int:
    """Up to `end`, but not into a letter and its marks, an emoji of several, or a flag."""
    while 0 < end < len(text) and _parts_a_sign(text, end):
        end -= 1
    return end


def _parts_a_sign(text: str, end: int) -> bool:
    if text[end - 1] == "\u200d" or _belongs_to_previous(text[end]):
        return True
    return text[end] in _HALF_FLAGS and (end - len(text[:end].rstrip(_HALF_FLAGS))) % 2 == 1


def _belongs_to_previous(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf") or "\U0001f3fb" <= character <= "\U0001f3ff"
