"""Our themes, and the variables that every theme has: one accent, warm for attention, red only for what failed.

Each of the two has a twin in the sixteen colours that every terminal has (few_colours.py says how those are written).
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from msgcenter_tui.tui.terminal import Colours, Terminal


def _theme(
    name: str,
    *,
    dark: bool,
    primary: str,
    secondary: str,
    foreground: str,
    background: str,
    surface: str,
    panel: str,
    success: str,
    warning: str,
    error: str,
    cursor: str,
    own: Mapping[str, str],
) -> Theme:
    """A theme of its colours and its `own` variables, with those that follow from both unless it has another of them.

    `cursor` is the colour of what stands under a cursor.
    """
    return Theme(
        name=name,
        dark=dark,
        accent=primary,
        primary=primary,
        secondary=secondary,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        success=success,
        warning=warning,
        error=error,
        variables={
            "blank": warning,
            "footer-background": surface,
            "footer-key-foreground": primary,
            "block-cursor-background": primary,
            "block-cursor-foreground": cursor,
            "input-cursor-background": primary,
            "input-cursor-foreground": cursor,
            "input-selection-background": own["chosen"],
            "scrollbar-hover": own["muted"],
            "scrollbar-active": primary,
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "border": primary,
            "border-blurred": own["line"],
            **own,
        },
    )


HARBOUR = _theme(
    "harbour",
    dark=True,
    primary="#6cb8d9",
    secondary="#83a3b5",
    foreground="#d8dde4",
    background="#13171c",
    surface="#181d23",
    panel="#20272f",
    success="#7fc8a0",
    warning="#e9b765",
    error="#f2777f",
    cursor="#0d1114",
    own={
        "muted": "#96a0ae",
        "faint": "#7a8594",
        "line": "#2b333d",
        "chosen": "#223441",
        "hover": "#1d242c",
        "portal": "#cda4f2",
        "portal-dim": "#3a2f4a",
        "field": "#8fd3c4",
        "input-selection-background": "#6cb8d9 30%",
        "scrollbar": "#6b7582",
    },
)

MORNING = _theme(
    "morning",
    dark=False,
    primary="#0a6387",
    secondary="#3a6274",
    foreground="#1f262e",
    background="#fbfbf9",
    surface="#f3f4f2",
    panel="#e7eaea",
    success="#176a40",
    warning="#825400",
    error="#b3261e",
    cursor="#ffffff",
    own={
        "muted": "#57616c",
        "faint": "#68727c",
        "line": "#d5dadb",
        "chosen": "#d9e8ee",
        "hover": "#eceeec",
        "portal": "#7a3fb0",
        "portal-dim": "#eadff5",
        "field": "#0c695a",
        "input-selection-background": "#0a6387 25%",
        "scrollbar": "#7c8791",
    },
)

HARBOUR_16 = _theme(
    "harbour-16",
    dark=True,
    primary="#55ffff",
    secondary="#aaaaaa",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#0000aa",
    success="#00aa00",
    warning="#ffff55",
    error="#ff5555",
    cursor="#000000",
    own={
        "muted": "#aaaaaa",
        "faint": "#aaaaaa",
        "line": "#aaaaaa",
        "chosen": "#00aaaa",
        "hover": "#555555",
        "portal": "#ff55ff",
        "portal-dim": "#aa00aa",
        "field": "#55ff55",
        "scrollbar": "#aaaaaa",
        "scrollbar-hover": "#ffffff",
    },
)

MORNING_16 = _theme(
    "morning-16",
    dark=False,
    primary="#0000aa",
    secondary="#000000",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#aaaaaa",
    success="#00aa00",
    warning="#aa5500",
    error="#aa0000",
    cursor="#ffffff",
    own={
        "muted": "#000000",
        "faint": "#000000",
        "line": "#000000",
        "chosen": "#00aaaa",
        "hover": "#aaaaaa",
        "portal": "#aa00aa",
        "portal-dim": "#ff55ff",
        "field": "#0000aa",
        "scrollbar": "#555555",
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
