"""Difficult strings that every room meets as subject, body, name, template, cell, address or server reply.

`HOSTILE` holds them by name (use it as `@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)`).
`WIDE` holds what terminals do not agree on the width of.
`unsafe_in` says which characters of an output a terminal must never be given.
"""

from __future__ import annotations

import re

HOSTILE: dict[str, str] = {
    # -- terminal controls (M3)
    "title": "a\x1b]0;PWNED\x07b",  # OSC 0 sets the window's title
    "title, ended by ST": "a\x1b]2;PWNED\x1b\\b",
    "clipboard": "a\x1b]52;c;cm0gLXJmIC8=\x07b",  # OSC 52 writes the clipboard
    "hyperlink": "a\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\b",  # OSC 8
    "colour and clear": "\x1b[31mred\x1b[2J\x1b[H",  # CSI
    "device report": "a\x1b[6n\x1b[c\x1bZb",  # makes a terminal type an answer
    "alternate screen": "\x1b[?1049l\x1b[?1000h",
    "C1 control sequence": "a\x9b31mb\x9d0;PWNED\x9cc\x85d",  # CSI, OSC, ST, NEL in one byte each
    "DCS, APC, PM": "\x1bPq#0\x1b\\\x1b_x\x1b\\\x1b^y\x1b\\",
    "every C0": "".join(map(chr, range(0x20))) + "\x7f",
    "bell and backspace": "pass\x07word\x08\x08\x08\x08",
    "overwritten line": "harmless\rEVIL    ",  # a lone CR
    "vertical tab, form feed": "one\x0btwo\x0cthree",
    "tab": "a\tb\t\tc",
    "NUL": "before\x00after",  # PostgreSQL refuses it
    # -- Unicode that hides or turns
    "right-to-left override": "photo_\u202egnp.exe",
    "isolates": "a\u2066b\u2067c\u2068d\u2069e\u061cf\u200e\u200fg\u202a\u202b\u202c\u202dh",
    "zero width": "pay\u200bpal\u2060\ufeff.example\u00ad",
    "joiner in Latin": "pay\u200dpal",
    "tags": "hello\U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065",  # text that nobody sees
    "line and paragraph separator": "one\u2028two\u2029three",
    "lone surrogate": "a\ud800b\udc9bc",  # what surrogateescape makes of bytes that are no UTF-8
    "surrogate pair in halves": "\ud83d\ude00",
    "noncharacters": "a\ufffe\uffff\U0010ffffb",
    "private use": "a\ue000\U000f0000b",
    "Zalgo": "Z" + "\u0301\u0336\u0489" * 400 + "!",
    "ten thousand marks": "e" + "\u0301" * 10_000,
    "marks with joiners between": "e" + "\u0301\u200d" * 500,
    "blank but not empty": "\u200b\u2060\u00a0\u3000",
    "Hangul filler": "\u3164\uffa0",
    # -- markup of Textual and Rich (M3)
    "closing tag": "[/]",
    "closing tag of nothing": "bad [/x] tag",
    "click action": "[ @click=app.quit]Y",  # a leading space survives markup.escape()
    "click action, closed": "[@click=app.quit]Click[/]",
    "link": "[link=http://evil.example]click[/link]",
    "only a word": "[Urgent] please read",  # markup.escape() and tags make it disappear
    "style": "[bold red on white]loud[/bold red on white]",
    "open bracket": "[",
    "backslash bracket": "\\[b]x\\[/b]",
    "substitution": "$text ${x} %s {0} {x!r} {x.__class__}",
    "Markdown": "# Title\n\n[x](file:///etc/passwd) ![i](http://evil.example/i.png) `code` <b>b</b>",
    "HTML": "<script>alert(1)</script>&amp;&lt;",
    # -- headers of a mail
    "header injection": "Hello\r\nBcc: evil@evil.example\r\n\r\nBody",
    "header injection by newline": "Hello\nBcc: evil@evil.example",
    "header injection in an encoded word": "=?utf-8?q?a=0D=0ABcc:_evil@evil.example?=",
    "address in an encoded word": "=?utf-8?q?evil=40evil.example=2C?=",
    "comma and quotes": 'Smith, Bob "B" <evil@evil.example>',
    "lone dot": "one\n.\ntwo\n..\nQUIT",  # ends the data of a careless client
    "From at the start of a line": "one\nFrom evil to good",
    # -- what looks like fields and blanks, T8
    "field": "{{x}}",
    "field that exists": "{{ client.email }}",
    "unclosed field": "Dear {{ client.first_name",
    "blank": "[[first day]]",
    "unclosed blank": "[[",
    "escapes": "\\{{ \\[[ \\\\{{ \\",
    "Jinja": "{% for x in range(10**9) %}{{ 'a' * 10**9 }}{% endfor %}",
    "braces": "}}{{{{}}{{{ { } ]][[[",
    # -- stores and shells
    "quotes": "Robert'); DROP TABLE people;-- \" ` '",
    "LIKE wildcards": "100%_\\%",
    "formula": "=cmd|' /C calc'!A0",  # a cell of a spreadsheet
    "path": "../../etc/passwd",
    "JSON": '{"a": "\\u0000", "b": [null]}',
    "only spaces": " \t\n  ",
    "empty": "",
    # -- scripts, and text that is simply not ASCII
    "Chinese, Japanese, Korean": "陈秀珍 と 山田 太郎、김철수 (全角ＡＢＣ)",
    "family": "👨‍👩‍👧‍👦 and 👩🏽‍⚕️ and ❤️ and 🏳️‍🌈",  # joined by ZWJ
    "flags": "🇺🇦🇩🇪🇧🇷 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "combining": "e\u0301 n\u0303 o\u0308 å̧",
    "Devanagari": "श्रीमती क्षमा त्रिपाठी",
    "Thai": "สวัสดีครับ น้ำ ผู้ใหญ่",
    "Arabic": "السلام عليكم، يا فاطمة",
    "Persian": "می\u200cخواهم",  # ZWNJ is part of its spelling
    "Hebrew": "שָׁלוֹם לכולם (שלום)",
    "mixed directions": "Ana said שלום and مرحبا at 10:30",
    "case that is hard to fold": "STRASSE straße İstanbul ıI ǅ ﬁ ς Σ",
    "not normalised": "é e\u0301 Å \u212b ①",
    # -- size
    "long line": "x" * 5_000,
    "long word of wide characters": "漢" * 2_000,
    "many lines": "\n" * 500 + "end",
    "many openings": "{{" * 2_000 + "[[" * 2_000,
}

WIDE: dict[str, str] = {
    **{name: HOSTILE[name] for name in ("Chinese, Japanese, Korean", "family", "flags", "combining", "Devanagari")},
    **{name: HOSTILE[name] for name in ("Thai", "Arabic", "Persian", "Hebrew", "mixed directions", "not normalised")},
    "Zalgo": "Z" + "\u0301\u0336\u0489" * 9 + "a\u0334l\u0317g\u033co\u0489",
    "jamo": "\u1112\u1161\u11ab\u1100\u1173\u11af 한글",
    "dakuten": "か\u3099は\u309aち",
    "keycaps": "1️⃣2️⃣#️⃣",
    "selectors": "☎️☎ ✈️✈ ❤️❤︎ ☀️☀ ©️©",
    "skin": "👍🏽👍🏿👋🏻",
    "couples": "👩‍❤️‍💋‍👨👩‍👩‍👦‍👦🧑🏽‍🤝‍🧑🏿",
    "balloons": "🎈🎈🎈 balloons 🎈🎈🎈",
    "new emoji": "🫠🫶🪿🫨",
    "Tibetan, Tamil, Bengali": "བོད་སྐད་ தமிழ் வாழ்க বাংলা শ্রী",
    "Myanmar, Khmer": "မြန်မာဘာသာ ភាសាខ្មែរ",
    "marks of enclosing": "a\u20ddb\u20de 5\u20e3",
    "a long row of families": "👨‍👩‍👧‍👦" * 60,
    "a long verse": "श्रीमती क्षमा त्रिपाठी " * 12,
}
"""Text whose width is told differently by terminals, fonts and libraries: nothing beside it may move."""

_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def unsafe_in(text: str) -> list[str]:
    """The characters of `text` that must not reach a terminal: all controls but newline, and what turns its text."""
    return _UNSAFE.findall(text)
