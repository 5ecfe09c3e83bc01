"""An SMS provider of the tests' own: a real HTTP server on this machine that does what a script says.

    async with Provider(answer(201, status="queued")) as provider: ...

A step is the bytes of an answer, DROP (the request is read, and the connection closed), HANG, or a function of the
request that gives one of these.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from tests.delivery.listening import Listening
from tests.delivery.scripted import DROP, HANG

from msgcenter_tui.delivery import twilio
from msgcenter_tui.delivery.accounts import Secret, SmsAccount
from msgcenter_tui.delivery.sms import SmsTransport

ACCOUNT = "AC" + "0" * 31 + "7"
PASSWORD = "geheim-7"
NUMBER = "+12015550199"

Step = bytes | object
HINT = "The 'To' number +1 201 555 0123 of ana@mail.example is not right."


@dataclass(frozen=True)
class Request:
    connection: int
    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]

    @property
    def login(self) -> str:
        return base64.b64decode(self.headers["authorization"].removeprefix("Basic ")).decode()


def answer(code: int, content: str | bytes | None = None, /, headers: str = "", **document: object) -> bytes:
    """An answer with this status: of JSON, or of any content."""
    words = json.dumps(document) if content is None else content
    body = words.encode() if isinstance(words, str) else words
    head = f"HTTP/1.1 {code} Thus\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def refusal(code: int, error: int) -> bytes:
    """As Twilio refuses."""
    return answer(code, code=error, message=HINT, status=code)


TAKEN = answer(201, sid="SM1", status="queued", error_code=None)


class Provider(Listening):
    def __init__(self, step: Step | Callable[[Request], Step] = TAKEN, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.step = step
        self.requests: list[Request] = []
        self._connections = 0

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(request.form["To"], request.form["Body"]) for request in self.requests]

    def account(self, scheme: str = "http", **more: object) -> SmsAccount:
        given: dict[str, object] = {
            "url": f"{scheme}://127.0.0.1:{self.port}", "sender": NUMBER, "username": ACCOUNT,
            "password": Secret(PASSWORD), "connections": 1,
        }  # fmt: skip
        return SmsAccount(**given | more)  # type: ignore[arg-type]

    def transport(self, answer: float = 30, tls: ssl.SSLContext | None = None, **more: object) -> SmsTransport:
        account = self.account("https" if tls else "http", **more)
        return twilio.transport(account, patience=twilio.Patience(answer=answer), tls=tls)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections = number = self._connections + 1
        try:
            while request := await _request(number, reader):
                self.requests.append(request)
                step = self.step(request) if callable(self.step) else self.step
                if step is HANG:
                    await asyncio.Event().wait()
                if step is DROP:
                    break
                assert isinstance(step, bytes)
                writer.write(step)
                await writer.drain()
                if b"Connection: close" in step:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _request(number: int, reader: asyncio.StreamReader) -> Request | None:
    first = (await reader.readline()).decode()
    if not first:
        return None
    method, path, _ = first.split(" ")
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
    form = {name: values[0] for name, values in parse_qs(body, strict_parsing=bool(body)).items()}
    return Request(number, method, path, headers, form)
