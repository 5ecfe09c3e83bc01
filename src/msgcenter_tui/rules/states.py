"""The states of a delivery and the ways between them (N8)."""

from __future__ import annotations

from msgcenter_tui.domain import DeliveryState

_S = DeliveryState

# What can happen to a delivery before it leaves: it leaves, is put off, is refused, or is no longer owed.
_BEFORE_IT_LEAVES = frozenset({_S.SENDING, _S.RETRYING, _S.HELD, _S.FAILED, _S.CANCELLED, _S.READ_FIRST, _S.SUPPRESSED})

TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.WAITING: _BEFORE_IT_LEAVES,
    _S.RETRYING: _BEFORE_IT_LEAVES,  # retrying again included
    # Released by a person (N13), its thread deleted (V4), or its recipient erased (N12).
    _S.HELD: frozenset({_S.WAITING, _S.RETRYING, _S.CANCELLED, _S.SUPPRESSED}),
    # Waiting again: it was fenced, and its connection was lost before it was handed over.
    _S.SENDING: frozenset({_S.SENT, _S.FAILED, _S.RETRYING, _S.UNKNOWN, _S.WAITING}),
    # "It arrived", "send again", or the answer its notifier was still waiting for.
    _S.UNKNOWN: frozenset({_S.SENT, _S.FAILED, _S.RETRYING, _S.WAITING}),
    _S.FAILED: frozenset({_S.RETRYING, _S.WAITING}),  # a person tries again (N14)
    _S.SENT: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.READ_FIRST: frozenset(),
    _S.SUPPRESSED: frozenset(),
}

PENDING = frozenset({_S.WAITING, _S.RETRYING})
"""A notifier takes these when they are due."""

NOT_LEFT = PENDING | {_S.HELD}
"""Nothing of it has left, and it still may: what deleting a thread or its message cancels (V4, N5)."""

LEFT = frozenset({_S.SENDING, _S.SENT, _S.UNKNOWN})
"""Handed over, or may have been: beyond the fence (N14). A failed one may have passed it, too, and came back."""

SETTLED = frozenset({_S.SENT, _S.FAILED, _S.CANCELLED, _S.READ_FIRST, _S.SUPPRESSED})
"""Nothing more happens to these by itself, and nobody is asked. Unknown and held wait for a person."""

AGAIN = frozenset({_S.FAILED, _S.RETRYING})
"""A person may have these tried again, or not wait any longer (N14)."""

UNDER_WAY = frozenset(_S) - SETTLED
"""Somebody is about to be notified, or may have been. With *sent*, what keeps them from a catch-up (N11)."""


def may_become(a: DeliveryState, b: DeliveryState) -> bool:
    """Whether a delivery in state `a` may next be in state `b`."""
    return b in TRANSITIONS[a]
