"""What is said of a channel that sends nothing (N13)."""

from __future__ import annotations

from msgcenter_tui.domain import Channel
from msgcenter_tui.rules import waiting


def test_a_server_s_words_do_not_make_a_channel_one_without_an_account() -> None:  # N13
    refused = "535 5.7.1 relay not configured for this user"
    assert waiting.stopped_words(Channel.EMAIL, waiting.NOT_CONFIGURED[Channel.EMAIL]) == "e-mail not configured"
    assert waiting.stopped_words(Channel.EMAIL, refused) == "e-mail paused"
    stopped = {Channel.EMAIL: refused, Channel.SMS: waiting.NOT_CONFIGURED[Channel.SMS]}
    assert waiting.waits_for(stopped, list(Channel)) == "e-mail is paused, SMS is not configured"
    assert waiting.waits_for(stopped, [Channel.SMS]) == "SMS is not configured"


def test_what_one_channel_carries_does_not_wait() -> None:  # N13
    stopped = {Channel.SMS: waiting.NOT_CONFIGURED[Channel.SMS]}
    assert waiting.all_waits_for(stopped, list(Channel)) == ""
    assert waiting.all_waits_for(stopped, [Channel.SMS]) == "SMS is not configured"
    assert waiting.all_waits_for(stopped, []) == ""
