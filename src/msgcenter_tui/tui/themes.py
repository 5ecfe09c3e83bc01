"""Our themes, and the variables that every theme has: one accent, warm for attention, red only for what failed.

Each of the two has a twin in the sixteen colours that every terminal has (few_colours.py says how those are written).
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from msgcenter_tui.tui.terminal import Colours, Terminal

HARBOUR = Theme(
    name="harbour",
    dark=True,
    primary="#6cb8d9",
    secondary="#83a3b5",
    accent="#6cb8d9",
    foreground="#d8dde4",
    background="#13171c",
    surface="#181d23",
    panel="#20272f",
    success="#7fc8a0",
    warning="#e9b765",
    error="#f2777f",
    variables={
        "muted": "#96a0ae",
        "faint": "#7a8594",
        "line": "#2b333d",
        "chosen": "#223441",
        "hover": "#1d242c",
        "portal": "#cda4f2",
        "portal-dim": "#3a2f4a",
        "field": "#8fd3c4",
        "blank": "#e9b765",
        "footer-background": "#181d23",
        "footer-key-foreground": "#6cb8d9",
        "block-cursor-background": "#6cb8d9",
        "block-cursor-foreground": "#0d1114",
        "input-cursor-background": "#6cb8d9",
        "input-cursor-foreground": "#0d1114",
        "input-selection-background": "#6cb8d9 30%",
        "scrollbar": "#6b7582",
        "scrollbar-hover": "#96a0ae",
        "scrollbar-active": "#6cb8d9",
        "scrollbar-background": "#13171c",
        "scrollbar-background-hover": "#13171c",
        "scrollbar-background-active": "#13171c",
        "border": "#6cb8d9",
        "border-blurred": "#2b333d",
    },
)

MORNING = Theme(
    name="morning",
    dark=False,
    primary="#0a6387",
    secondary="#3a6274",
    accent="#0a6387",
    foreground="#1f262e",
    background="#fbfbf9",
    surface="#f3f4f2",
    panel="#e7eaea",
    success="#176a40",
    warning="#825400",
    error="#b3261e",
    variables={
        "muted": "#57616c",
        "faint": "#68727c",
        "line": "#d5dadb",
        "chosen": "#d9e8ee",
        "hover": "#eceeec",
        "portal": "#7a3fb0",
        "portal-dim": "#eadff5",
        "field": "#0c695a",
        "blank": "#825400",
        "footer-background": "#f3f4f2",
        "footer-key-foreground": "#0a6387",
        "block-cursor-background": "#0a6387",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-background": "#0a6387",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#0a6387 25%",
        "scrollbar": "#7c8791",
        "scrollbar-hover": "#57616c",
        "scrollbar-active": "#0a6387",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "border": "#0a6387",
        "border-blurred": "#d5dadb",
    },
)

HARBOUR_16 = Theme(
    name="harbour-16",
    dark=True,
    primary="#55ffff",
    secondary="#aaaaaa",
    accent="#55ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#0000aa",
    success="#00aa00",
    warning="#ffff55",
    error="#ff5555",
    variables={
        "muted": "#aaaaaa",
        "faint": "#aaaaaa",
        "line": "#aaaaaa",
        "chosen": "#00aaaa",
        "hover": "#555555",
        "portal": "#ff55ff",
        "portal-dim": "#aa00aa",
        "field": "#55ff55",
        "blank": "#ffff55",
        "footer-background": "#000000",
        "footer-key-foreground": "#55ffff",
        "block-cursor-background": "#55ffff",
        "block-cursor-foreground": "#000000",
        "input-cursor-background": "#55ffff",
        "input-cursor-foreground": "#000000",
        "input-selection-background": "#00aaaa",
        "scrollbar": "#aaaaaa",
        "scrollbar-hover": "#ffffff",
        "scrollbar-active": "#55ffff",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
        "border": "#55ffff",
        "border-blurred": "#aaaaaa",
    },
)

MORNING_16 = Theme(
    name="morning-16",
    dark=False,
    primary="#0000aa",
    secondary="#000000",
    accent="#0000aa",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#aaaaaa",
    success="#00aa00",
    warning="#aa5500",
    error="#aa0000",
    variables={
        "muted": "#000000",
        "faint": "#000000",
        "line": "#000000",
        "chosen": "#00aaaa",
        "hover": "#aaaaaa",
        "portal": "#aa00aa",
        "portal-dim": "#ff55ff",
        "field": "#0000aa",
        "blank": "#aa5500",
        "footer-background": "#ffffff",
        "footer-key-foreground": "#0000aa",
        "block-cursor-background": "#0000aa",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-background": "#0000aa",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#00aaaa",
        "scrollbar": "#555555",
        "scrollbar-hover": "#000000",
        "scrollbar-active": "#0000aa",
        "scrollbar-background": "#ffffff",
        "scrollbar-background-hover": "#ffffff",
        "scrollbar-background-active": "#ffffff",
        "border": "#0000aa",
        "border-blurred": "#000000",
    },
)

THEMES = (HARBOUR, MORNING, HARBOUR_16, MORNING_16)
AUTO = "auto"
"""In place of a theme's name: dark or light, as the terminal says it is."""

_TWINS = {HARBOUR.name: HARBOUR_16.name, MORNING.name: MORNING_16.name}


def fitting(wanted: str, terminal: Terminal, known: Mapping[str, Theme]) -> str:
    """The name of the theme to be shown: the one wanted, or where that has too many colours one that has not."""
    if wanted == AUTO or wanted not in known:
        wanted = (MORNING if wanted == AUTO and terminal.light else HARBOUR).name
    if terminal.colours > Colours.SIXTEEN or wanted in _TWINS.values():
        return wanted
    dark = known[wanted].dark or terminal.colours is Colours.NONE
    return _TWINS[(HARBOUR if dark else MORNING).name]


def other(theme: Theme, terminal: Terminal, known: Mapping[str, Theme]) -> str:
    """Light where it is dark, and the other way round."""
    return fitting((MORNING if theme.dark else HARBOUR).name, terminal, known)


def defaults(dark: bool) -> dict[str, str]:
    """Our own variables for the themes that come with Textual, which lack them."""
    ours = (HARBOUR if dark else MORNING).variables
    return {name: ours[name] for name in OWN}


OWN = ("muted", "faint", "line", "chosen", "hover", "portal", "portal-dim", "field", "blank")
