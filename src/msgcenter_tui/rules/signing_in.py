"""Whether a client can sign in to their portal, and what a portal needs (P2)."""

from __future__ import annotations


def why_not(*, portal: bool, email: str | None, erased: bool) -> tuple[str, str] | None:
    """Why a client cannot sign in, and what would help; None where they can. Their status does not matter (V8)."""
    if erased:
        return "what was stored about them was erased", "nothing can bring them back"
    if not portal:
        if email is None:
            return (
                "their client portal is not enabled",
                "it needs a valid e-mail address first; then staff can enable it",
            )
        return "their client portal is not enabled", "an Owner or Contributor can enable it"
    return None
