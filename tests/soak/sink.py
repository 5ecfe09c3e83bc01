"""A mail server in a process of its own that keeps whom it got which Message-ID for.

python sink.py FILE [DELAY [plain]]; plain: without PIPELINING.

Prints its port. A line is in the file before the 250 leaves; DELAY are seconds between the two, so that kills find
something in between. It never refuses, and does no more than a sink has to.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys


class Sink(asyncio.Protocol):
    """One connection; commands may be pipelined."""

    file: int
    delay: float
    hello: bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._body = False
        self._to = b""
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        if self._body:
            body, dot, rest = self._buffer.partition(b"\r\n.\r\n")
            if not dot:
                return False
            self._buffer, self._body = rest, False
            self._keep(body)
            return True
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        self._command(line)
        return True

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        answer = b"250 ok"
        if verb == b"EHLO":
            answer = self.hello
        elif verb == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0]
        elif verb == b"DATA":
            answer, self._body = b"354 go", True
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
            return
        self._transport.write(answer + b"\r\n")

    def _keep(self, body: bytes) -> None:
        head = body.partition(b"\r\n\r\n")[0]
        found = [line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")]
        os.write(self.file, self._to + b" " + (found[0].partition(b":")[2].strip() if found else b"-") + b"\n")
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._accept)
        else:
            self._accept()

    def _accept(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"250 2.0.0 ok\r\n")


async def main(path: str, delay: str = "0", plain: str = "") -> None:
    Sink.file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    Sink.delay = float(delay)
    Sink.hello = b"250 sink" if plain else b"250-sink\r\n250 PIPELINING"
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    server = await asyncio.get_running_loop().create_server(Sink, sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
