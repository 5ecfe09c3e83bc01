"""`msgcenter completion`: what real shells make of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest
from tests.cli.conftest import Shell

# What readline does after a TAB: the words so far go to the function, and what it offers comes back.
BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
function=$(complete -p msgcenter); function=${function#*-F }; function=${function%% *}
$function msgcenter "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "source $argv[1]; complete --do-complete $argv[2]"


def run(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("\t")[0].strip() for line in done.stdout.splitlines()]


def script(shell: Shell, which: str, folder: Path) -> str:
    path = folder / f"msgcenter.{which}"
    path.write_text(shell.say("completion", which))
    return str(path)


def test_bash_completes_commands_options_and_words(empty: Shell, tmp_path: Path) -> None:
    path = script(empty, "bash", tmp_path)

    def offered(*words: str) -> set[str]:
        return set(run("bash", "-c", BASH, "bash", path, "msgcenter", *words))

    assert offered("cl") == {"clients"}
    assert offered("clients", "") >= {"add", "set", "import"}
    assert offered("clients", "set", "c1", "--sta") == {"--status"}
    assert offered("clients", "set", "c1", "--status", "") == {"lead", "active", "inactive", "complete"}
    assert offered("--json", "thread", "l") == {"lock", "leave"}
    (tmp_path / "list.csv").touch()
    assert offered("clients", "import", f"{tmp_path}/li") == {f"{tmp_path}/list.csv"}
    assert offered("--db", f"{tmp_path}/li") == {f"{tmp_path}/list.csv"}
    assert offered("show", "") <= {""}  # ids are nobody's guess


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_completes_likewise(empty: Shell, tmp_path: Path) -> None:
    path = script(empty, "fish", tmp_path)

    def offered(line: str) -> set[str]:
        return set(run("fish", "--no-config", "-c", FISH, path, line))

    assert offered("msgcenter cl") == {"clients"}
    assert offered("msgcenter clients set c1 --sms ") >= {"active", "declined"}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_completes_likewise(empty: Shell, tmp_path: Path) -> None:
    (tmp_path / "_msgcenter").write_text(empty.say("completion", "zsh"))
    zsh = pexpect.spawn("zsh", ["-f", "-i"], dimensions=(24, 200), timeout=60, encoding="utf-8", cwd=str(tmp_path))
    zsh.sendline(f"PS1=; fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u -D; echo be''gin")
    zsh.expect("begin")
    zsh.send("msgcenter clients set c1 --sta\t act\t")
    zsh.expect("--status.* active")
    zsh.close(force=True)


def test_a_shell_that_is_not_known_is_refused(empty: Shell) -> None:
    assert "bash, zsh, fish" in empty.fail(2, "completion", "cmd")
    assert empty.ask("completion", "bash").keys() == {"shell", "script"}
