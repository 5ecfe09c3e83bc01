"""The driver of a page of `msgcenter serve`: Textual's for the web, which also ends when its server is gone."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import Any

from textual.drivers.web_driver import WebDriver

from msgcenter_tui.files import write_all
from msgcenter_tui.tui.events import Closed


class PageDriver(WebDriver):
    """Speaks to serving/page.py over the standard streams."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._write = partial(_write_all, self.fileno)

    def start_application_mode(self) -> None:
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._closed)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        if packet_type == "quit":
            self._closed()
        else:
            super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        self._closed()  # nothing comes any more: the server was killed

    def _closed(self) -> None:
        self._app.post_message(Closed())


def _write_all(stream: int, data: bytes) -> int:
    """Half a packet is none. Where nobody reads, it is written for nobody."""
    with suppress(BrokenPipeError):
        write_all(stream, data)
    return len(data)
