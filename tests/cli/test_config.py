"""The configuration: a file, then variables, then options; what is not known or cannot be is named with its place."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Shell

from msgcenter_tui import config
from msgcenter_tui.cli.accounts import sms_account, smtp_account
from msgcenter_tui.errors import BadConfig, BadInput, ServerUnavailable, Unavailable

SMTP = '[smtp]\nhost = "mail.example.org"\nfrom = "Practice <office@example.org>"\n'
Load = Callable[..., config.Config]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def load(path: Path) -> Load:
    def load(text: str = "", environ: Mapping[str, str] | None = None, **options: str) -> config.Config:
        path.write_text(text)
        return config.load(path, environ=environ or {}, options=options)

    return load


def test_without_a_file_everything_has_its_default(tmp_path: Path, private_home: Path) -> None:
    found = config.load(environ={})
    assert found.path == private_home / ".config/msgcenter/config.toml"
    assert found.database == str(private_home / ".local/share/msgcenter/messages.sqlite3")
    assert (found.smtp, found.sms, found.acts_as) == (None, None, None)
    assert found.policy.quiet_period == timedelta(seconds=60)
    assert found.policy.reply_gather == timedelta(hours=1)


def test_the_later_source_wins(load: Load) -> None:
    text = 'db = "/file.db"\nas = "file@example.org"\n[notify]\nquiet_period = 5\nreply_gather = 0.5\n'
    assert load(text).database == "/file.db"
    environ = {"MSGCENTER_DB": "/variable.db", "MSGCENTER_NOTIFY_QUIET_PERIOD": "0"}
    assert load(text, environ).database == "/variable.db"
    found = load(text, environ, db="/option.db")
    assert (found.database, found.acts_as) == ("/option.db", "file@example.org")
    assert found.policy.quiet_period == timedelta(0)  # N5: 0 is allowed
    assert found.policy.reply_gather == timedelta(seconds=0.5)


def test_a_store_in_the_file_is_relative_to_the_file(load: Load, path: Path) -> None:
    assert load('db = "practice.db"').database == str(path.parent / "practice.db")
    assert load('db = "postgresql://db/practice"').database == "postgresql://db/practice"
    assert load("", {"MSGCENTER_DB": "practice.db"}).database == "practice.db"


def test_the_mail_account(load: Load) -> None:
    smtp = load(SMTP).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.security, smtp.connections) == ("mail.example.org", 587, "starttls", 8)
    text = (
        SMTP
        + 'security = "tls"\nusername = "maya"\npassword = "geheim"\nreply_to = "re@example.org"\nconnections = 8\n'
    )
    smtp = load(text).smtp
    assert smtp is not None
    assert (smtp.port, smtp.username, smtp.reply_to, smtp.connections) == (465, "maya", "re@example.org", 8)
    account = smtp_account(smtp)
    assert account.password is not None
    assert account.password.reveal() == "geheim"
    for shown in (repr(smtp), repr(account), str(account.password), repr(load(text))):
        assert "geheim" not in shown
    assert account.unsubscribe_url == ""
    url = "https://x.example/u?who={address}&mail={message_id}"
    smtp = load(SMTP + f'unsubscribe_url = "{url}"').smtp
    assert smtp is not None
    assert smtp_account(smtp).unsubscribe_url == url
    sms = load('[sms]\nurl = "https://sms.example.org"\nfrom = "Practice"\n').sms
    assert sms is not None
    assert sms.url == "https://sms.example.org"


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("dbs = 'x'", "dbs", "did you mean db?"),
        ("[smtp]\nhots = 'x'", "smtp.hots", "did you mean smtp.host?"),
        ("[stmp]\nhost = 'x'", "stmp", "not known"),
        ("smtp = 5", "smtp", "section"),
        ("db = 5", "db", "text"),
        ("db = ''", "db", "empty"),
        (SMTP + "port = '25'", "smtp.port", "1 to 65535"),
        (SMTP + "port = 70000", "smtp.port", "1 to 65535"),
        (SMTP + "port = true", "smtp.port", "whole number"),
        (SMTP + "security = 'ssl'", "smtp.security", "starttls, tls, none"),
        (SMTP + "force_insecure = 1", "smtp.force_insecure", "true or false"),
        (SMTP + "connections = 0", "smtp.connections", "1 to 64"),
        (SMTP + "reply_to = 'nobody'", "smtp.reply_to", "e-mail address"),
        (SMTP + "unsubscribe_url = 'http://x.example/u'", "smtp.unsubscribe_url", "https://"),
        (SMTP + "unsubscribe_url = 'https://x.example/>, <mailto:evil@x.example'", "smtp.unsubscribe_url", "ASCII"),
        (SMTP + "unsubscribe_url = 'https://ü.example/'", "smtp.unsubscribe_url", "ASCII"),
        (SMTP + "unsubscribe_url = 'https://[x/u'", "smtp.unsubscribe_url", "https://"),
        (SMTP + "unsubscribe_url = 'https://x.example/{email}'", "smtp.unsubscribe_url", "{address}"),
        (SMTP + "username = \"a\\u001bb\"", "smtp.username", "control"),
        ("[smtp]\nhost = 'x'", "smtp.from", "missing"),
        ("[smtp]\nfrom = 'a@example.org'", "smtp.host", "missing"),
        (SMTP + "password = 'a'\nkeyring = 'b'", "smtp.password", "keyring"),
        (SMTP + "password_command = 'a \"b'", "smtp.password_command", "quotation"),
        (SMTP + "password_command = []", "smtp.password_command", "command line"),
        ("[notify]\nquiet_period = -1", "notify.quiet_period", "seconds"),
        ("[notify]\nquiet_period = nan", "notify.quiet_period", "seconds"),
        ("[portal]\nurl = 'portal.example.org'", "portal.url", "https://"),
        ("[ui]\nkeymap = 'vi'", "ui.keymap", "table"),
        ("[ui.keymap]\nreply = 5", "ui.keymap", "reply: a text"),
        ("[ui.keymap]\nthread.reply = 'z'", "ui.keymap", "quotation marks"),
        ("[sms]\nurl = 'https://x.example'", "sms.from", "missing"),
        ("db = \nas = 'x'", "config.toml", "line 1"),
        ("db = " + "[" * 9000, "config.toml", "nested too deeply"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_file_and_key(
    load: Load, path: Path, text: str, place: str, why: str
) -> None:
    with pytest.raises(BadConfig) as refused:
        load(text)
    assert str(path) in str(refused.value)
    assert place in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("MSGCENTER_SMTP_PORT", "many", "number"),
        ("MSGCENTER_SMTP_HOTS", "x", "MSGCENTER_SMTP_HOST"),
        ("MSGCENTER_UI_KEYMAP", "reply=r", "file"),
        ("MSGCENTER_SMTP_FORCE_INSECURE", "maybe", "true or false"),
        ("MSGCENTER_PORTAL_URL", "nowhere", "https://"),
        ("MSGCENTER_AS", "m\udcffya@practice.example", "not in UTF-8"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(load: Load, variable: str, value: str, why: str) -> None:
    with pytest.raises(BadConfig) as refused:
        load(SMTP, {variable: value})
    assert variable in str(refused.value)
    assert why in str(refused.value)


def test_no_error_repeats_a_password(load: Load) -> None:
    for text in (SMTP + 'password = "geheim\\u0007"', SMTP + "password = ['geheim']", SMTP + 'password = "geheim'):
        with pytest.raises(BadConfig) as refused:
            load(text)
        assert "geheim" not in str(refused.value)


def test_a_password_of_a_later_source_replaces_the_way_to_another(load: Load) -> None:
    smtp = load(SMTP + 'password_command = "false"', {"MSGCENTER_SMTP_PASSWORD": "geheim"}).smtp
    assert smtp is not None
    assert smtp.password is not None
    assert smtp.password.source == "password"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_mail_in_the_clear_is_for_this_machine(load: Load, host: str) -> None:
    text = f'[smtp]\nhost = "{host}"\nfrom = "a@example.org"\nsecurity = "none"\n'
    smtp = load(text + 'username = "a"\npassword = "b"\n').smtp
    assert smtp is not None
    assert smtp.port == 25


def test_mail_in_the_clear_elsewhere_is_forced_and_never_with_a_password(load: Load) -> None:
    with pytest.raises(BadConfig, match="force_insecure"):
        load(SMTP + 'security = "none"')
    assert load(SMTP + 'security = "none"\nforce_insecure = true').smtp is not None
    with pytest.raises(BadConfig, match="password"):
        load(SMTP + 'security = "none"\nforce_insecure = true\npassword = "geheim"')
    with pytest.raises(BadConfig, match="password"):  # it is asked for, be it an empty one: the notifier judges alike
        load(SMTP + 'security = "none"\nforce_insecure = true\nusername = "office"')


def test_a_password_comes_from_a_command(load: Load) -> None:
    smtp = load(SMTP + "password_command = ['printf', 'ge heim\\nsecond line\\n']").smtp
    assert smtp is not None
    account = smtp_account(smtp)
    assert account.password is not None
    assert account.password.reveal() == "ge heim"
    for command, why in (
        ("false", "status 1"),
        ("true", "no line"),
        ("msgcenter-no-such-command", "no such file"),
        ("printf \\u0000", "character"),
    ):
        smtp = load(SMTP + f'password_command = "{command}"').smtp
        assert smtp is not None
        with pytest.raises(ServerUnavailable, match=why):
            smtp_account(smtp)


def test_a_password_comes_from_the_keyring(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    kept = {("practice", "maya"): "geheim"}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    smtp = load(SMTP + 'username = "maya"\nkeyring = "practice"\n').smtp
    assert smtp is not None
    account = smtp_account(smtp)
    assert account.password is not None
    assert account.password.reveal() == "geheim"
    smtp = load(SMTP + 'username = "leo"\nkeyring = "practice"\n').smtp
    assert smtp is not None
    with pytest.raises(ServerUnavailable, match="keyring set practice leo"):
        smtp_account(smtp)

    def fail(service: str, user: str) -> None:
        raise UnicodeDecodeError("utf-8", b"geheim\xff", 6, 7, "invalid start byte")  # as it reads what it keeps

    monkeypatch.setattr(keyring, "get_password", fail)
    with pytest.raises(ServerUnavailable, match="UnicodeDecodeError") as failure:
        smtp_account(smtp)
    assert "geheim" not in str(failure.value)


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    environ = {"MSGCENTER_CONFIG": str(tmp_path / "none.toml")}
    with pytest.raises(BadConfig, match=r"none\.toml"):
        config.load(environ=environ)
    assert config.load(environ=environ, must_exist=False).smtp is None


def test_commands_obey_the_configuration(
    shell: Shell, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MSGCENTER_CONFIG", str(path))
    path.write_text("unknwon = 1\n")
    said = shell.fail(2, "threads")
    assert str(path) in said
    assert "unknwon" in said
    path.write_text('as = "ana@mail.example"\n')
    assert "staff" in shell.fail(1, "clients", "list")
    monkeypatch.setenv("MSGCENTER_AS", "maya@practice.example")
    assert len(shell.ask("clients", "list")["clients"]) == 1


# -- writing ----------------------------------------------------------------------------------------------------------

TYPED = {
    "host": "mail.example.org", "port": "465", "security": "tls", "username": "maya", "password": " ge heim ",
    "from": "Practice <office@example.org>",
}  # fmt: skip


def test_the_account_is_kept_privately_and_nothing_else_changes(path: Path) -> None:
    path.write_text(
        '# mine\nas = "maya@example.org"  # me\n\n[smtp]\nhost = "old.example.org"\nreply_to = "re@example.org"\n'
    )
    path.chmod(0o644)
    config.save_account(path, TYPED)
    text = path.read_text()
    assert "# mine" in text
    assert "# me" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    smtp = config.load(path, environ={}).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.reply_to) == ("mail.example.org", 465, "re@example.org")
    assert smtp.password is not None
    assert smtp.password.value == " ge heim "
    assert [one.name for one in path.parent.iterdir() if "config" in one.name] == ["config.toml"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_what_it_leads_to_is_written(path: Path, tmp_path: Path, there: bool) -> None:
    kept = tmp_path / "dotfiles" / "msgcenter.toml"
    if there:
        kept.parent.mkdir()
        kept.write_text("# mine\n")
    path.symlink_to(kept)
    config.save_account(path, TYPED)
    assert path.is_symlink()
    assert ("# mine" in kept.read_text()) is there
    assert 'host = "mail.example.org"' in kept.read_text()
    assert [one.name for one in kept.parent.iterdir()] == ["msgcenter.toml"]


def test_an_empty_field_leaves_the_default(path: Path) -> None:
    config.save_account(path, {**TYPED, "port": "", "username": " ", "password": ""})
    smtp = config.load(path, environ={}).smtp
    assert smtp is not None
    assert (smtp.port, smtp.username, smtp.password) == (465, "", None)
    assert config.typed_account(path, {"host": "", "port": ""}) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"port": "many"}, "port"),
        ({"security": "ssl"}, "security"),
        ({"from": "nobody"}, "from"),
        ({"host": ""}, "host"),
        ({"security": "none"}, "in the clear"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_account_that_cannot_be_used_is_not_written(path: Path, change: dict[str, str], why: str) -> None:
    path.write_text('as = "maya@example.org"\n')
    with pytest.raises(BadInput, match=why):
        config.save_account(path, {**TYPED, **change})
    with pytest.raises(BadInput, match=why):
        config.typed_account(path, {**TYPED, **change})
    assert path.read_text() == 'as = "maya@example.org"\n'


def test_a_file_that_cannot_be_written_or_understood_is_left_alone(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("as = \n")
    with pytest.raises(BadConfig, match="TOML"):
        config.save_account(broken, TYPED)
    assert broken.read_text() == "as = \n"
    with pytest.raises(Unavailable):
        config.save_account(broken / "below" / "config.toml", TYPED)


SMS = 'url = "https://sms.example.org"\nfrom = "+1 (201) 555-0123"\nusername = "AC1"\npassword = "geheim"\n'


def test_the_account_with_a_provider_of_sms(load: Load) -> None:
    sms = load(f'[sms]\n{SMS}account = "AC2"\nconnections = 2\n').sms
    assert sms is not None
    assert (sms.sender, sms.account, sms.connections) == ("+12015550123", "AC2", 2)
    account = sms_account(sms)
    assert account.password is not None
    assert account.password.reveal() == "geheim"
    assert (account.sid, account.connections) == ("AC2", 2)
    assert "geheim" not in f"{sms!r} {account!r}"


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        (SMS.replace("https://sms", "http://sms"), "sms.url", "in the clear"),
        (SMS.replace("https://", "https://me:secret@"), "sms.url", "keys of their own"),
        (SMS.replace("example.org", "example.org/?a=1"), "sms.url", "host and a path"),
        (SMS.replace("+1 (201) 555-0123", "Bright Beginnings"), "sms.from", "+12015550123"),
        (SMS + "connections = 0\n", "sms.connections", "1 to 64"),
    ],
)
def test_an_sms_account_that_cannot_be_used(load: Load, text: str, key: str, why: str) -> None:
    with pytest.raises(BadConfig) as refused:
        load(f"[sms]\n{text}")
    assert key in str(refused.value)
    assert why in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_provider_on_this_machine_needs_no_encryption(load: Load) -> None:
    assert load('[sms]\nurl = "http://127.0.0.1:8080/sms"\nfrom = "22333"\n').sms is not None
