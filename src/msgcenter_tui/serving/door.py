"""Who is let in: whoever has the address with its secret, and no page of somebody else's that knows the way."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from msgcenter_tui.errors import BadInput

_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[0-9a-fA-F:.]+\](?::\d{1,5})?", re.ASCII)


class Door:
    """Made anew at each start, with new secrets.

    `names` are the names this machine is asked for by, besides its addresses and localhost; `url` is the address of a
    proxy before it, as in https://center.example.org. Raises BadInput for a `url` that is none.
    """

    def __init__(self, *, names: Collection[str] = (), url: str = "") -> None:
        self.token = secrets.token_urlsafe(32)
        """The secret of the address, good until the end; what stays in the address bar is `place`."""
        self.place = f"/{secrets.token_urlsafe(9)}/"
        """The path of everything. A cookie goes to every port of a machine; to this path, to this server only."""
        self.cookie = f"msgcenter-{secrets.token_hex(4)}"
        self.cookie_value = secrets.token_urlsafe(32)
        self.url = url.rstrip("/")
        self.hosts = frozenset({"localhost", *(_plain(name) for name in names)})
        self._origin = ""
        if url:
            there = urlsplit(self.url)
            if there.scheme not in ("http", "https") or not _HOST.fullmatch(there.netloc) or there.query:
                raise BadInput(f"{url[:200]!r} is no address to be reached by", "", "as in https://center.example.org")
            self.hosts |= {_plain(there.hostname or "")}
            self._origin = f"{there.scheme}://{there.netloc}".lower()

    @property
    def secure(self) -> bool:
        """Browsers reach it by https."""
        return self._origin.startswith("https:")

    @property
    def public_place(self) -> str:
        """`place` as browsers know it: a proxy may have put it below a path of its own."""
        return urlsplit(self.url).path + self.place

    @property
    def proxy(self) -> str:
        """Host and port of the proxy; empty without one."""
        return urlsplit(self._origin).netloc

    def knows(self, host: str) -> bool:
        """Whether it goes by this Host header.

        Else a stranger's page could have its own name lead here (DNS rebinding), and be a page of ours to the browser.
        An address in numbers is nobody's name.
        """
        if not _HOST.fullmatch(host):
            return False
        name = urlsplit(f"//{host}").hostname or ""
        try:
            return bool(ip_address(name))
        except ValueError:
            return _plain(name) in self.hosts

    def is_own(self, origin: str, host: str) -> bool:
        """Whether the page of this Origin header is one of ours: a websocket asks no leave of its browser."""
        return bool(origin) and origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower(), self._origin}

    def opens(self, token: str) -> bool:
        return _same(token, self.token)

    def passes(self, cookie: str) -> bool:
        return _same(cookie, self.cookie_value)

    def address(self, host: str, port: int) -> str:
        """The whole address, its secret in it."""
        shown = f"[{host}]" if ":" in host else host
        return f"{self.url or f'http://{shown}:{port}'}/?token={self.token}"


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())
