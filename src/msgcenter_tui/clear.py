"""What may go to another machine in the clear: mail, where somebody insists; a text or a password never."""

from __future__ import annotations

from urllib.parse import urlsplit


def on_this_machine(host: str) -> bool:
    """Whether nobody is on the way there. Of names only localhost: any other one may be another machine's tomorrow."""
    import ipaddress  # later than the first frame, where nothing asks

    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def why_no_mail(host: str, *, login: bool, forced: bool) -> str:
    """Why no mail may go there without encryption, "" where it may; `forced` does not help where one has to log in."""
    if on_this_machine(host) or (forced and not login):
        return ""
    return f"{'the password' if login else 'mail'} would go to {host} in the clear"


def why_no_texts(url: str) -> str:
    """The same of the texts, and the password, that would go to the provider at this address."""
    parts = urlsplit(url)
    if parts.scheme == "https" or on_this_machine(parts.hostname or ""):
        return ""
    return "texts and password would go over the network in the clear"
