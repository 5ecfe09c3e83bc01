"""A long line: a TCP proxy that passes everything on in order, later. python -m bench.proxy PORT MILLISECONDS.

MILLISECONDS is a round trip, half of it each way. Prints its own port. It limits no bandwidth and loses nothing.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import deque


class Direction(asyncio.Protocol):
    """What comes in at one end, on its way to the other."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.out: asyncio.Transport | None = None
        self.transport: asyncio.Transport
        self._under_way: deque[bytes] = deque()
        """Empty bytes are the end."""
        self._arrived: list[bytes] = []  # before there was anybody to give it to

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        # Timers of one moment may fire in any order; each takes the oldest, so the order is kept.
        self._under_way.append(data)
        asyncio.get_running_loop().call_later(self.delay, self._arrive)

    def connection_lost(self, exc: Exception | None) -> None:
        self.data_received(b"")

    def _arrive(self) -> None:
        data = self._under_way.popleft()
        if self.out is None:
            self._arrived.append(data)
        elif data:
            self.out.write(data)
        else:
            self.out.close()

    def lead_to(self, out: asyncio.Transport) -> None:
        self.out = out
        arrived, self._arrived = self._arrived, []
        for data in arrived:
            self._under_way.appendleft(data)
            self._arrive()


class Near(Direction):
    """The client's end: opens the other one."""

    def __init__(self, delay: float, port: int) -> None:
        super().__init__(delay)
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._joining = asyncio.create_task(self._join())

    async def _join(self) -> None:
        loop = asyncio.get_running_loop()
        _, far = await loop.create_connection(lambda: Direction(self.delay), "127.0.0.1", self._port)
        self.lead_to(far.transport)
        far.lead_to(self.transport)


async def serve(port: int, round_trip: float) -> None:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Near(round_trip / 2000, port), sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
