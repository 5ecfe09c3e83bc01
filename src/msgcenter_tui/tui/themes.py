"""Our two themes, and the variables that every theme has: one accent, warm for attention, red only for what failed."""

from __future__ import annotations

from textual.theme import Theme

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
        "faint": "#66707d",
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
        "scrollbar": "#2b333d",
        "scrollbar-hover": "#3b4652",
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
    primary="#0b6a8f",
    secondary="#3a6274",
    accent="#0b6a8f",
    foreground="#1f262e",
    background="#fbfbf9",
    surface="#f3f4f2",
    panel="#e7eaea",
    success="#1a7044",
    warning="#8a5a00",
    error="#b3261e",
    variables={
        "muted": "#57616c",
        "faint": "#7c8791",
        "line": "#d5dadb",
        "chosen": "#d9e8ee",
        "hover": "#eceeec",
        "portal": "#7a3fb0",
        "portal-dim": "#eadff5",
        "field": "#0d6f5f",
        "blank": "#8a5a00",
        "footer-background": "#f3f4f2",
        "footer-key-foreground": "#0b6a8f",
        "block-cursor-background": "#0b6a8f",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-background": "#0b6a8f",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#0b6a8f 25%",
        "scrollbar": "#d5dadb",
        "scrollbar-hover": "#b9c1c4",
        "scrollbar-active": "#0b6a8f",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "border": "#0b6a8f",
        "border-blurred": "#d5dadb",
    },
)

THEMES = (HARBOUR, MORNING)


def defaults(dark: bool) -> dict[str, str]:
    """Our own variables for the themes that come with Textual, which lack them."""
    ours = (HARBOUR if dark else MORNING).variables
    return {name: ours[name] for name in OWN}


OWN = ("muted", "faint", "line", "chosen", "hover", "portal", "portal-dim", "field", "blank")
