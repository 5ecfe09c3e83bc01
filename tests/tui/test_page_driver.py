"""What a page writes to its server: whole packets, and no complaint where the server is gone."""

from __future__ import annotations

import os

import pytest

from msgcenter_tui.tui.page_driver import _write_all


def test_a_write_that_was_cut_short_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    written = bytearray()

    def write(_: int, data: memoryview) -> int:
        written.extend(data[:3])
        return min(3, len(data))

    monkeypatch.setattr(os, "write", write)
    assert _write_all(1, b"D\0\0\0\x05words") == 10
    assert written == b"D\0\0\0\x05words"


def test_nobody_reads_any_more() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert _write_all(writer, b"words") == 5
    finally:
        os.close(writer)
