"""The file of a SQLite store: made private, kept off network mounts, and noticed when it is taken away while open."""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgcenter_tui.errors import Refused, StoreUnavailable, reason
from msgcenter_tui.files import BEGUN, at_work, give_name, left_behind

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700

# WAL needs shared memory between its processes, which no network file system gives: two hosts would corrupt the file.
NETWORK = frozenset(
    {"afs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs", "glusterfs"}
    | {"lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)

FORMER = ".before-restore"
"""How the name goes on under which a store is kept as it was before a restore: perhaps with a number behind it."""


class StoreFile:
    """The main file of a SQLite store, as it was when it was opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f"{path.name}.notifier")
        """The small file beside the store that tells where it is at home (identity.py)."""
        self._seen = self._identity()

    @property
    def inode(self) -> int:
        identity = self._identity()
        return identity[1] if identity else 0

    def create(self, *, new: bool = True) -> None:
        """Make the file where it is missing: mode 0600, in folders of mode 0700 (existing ones are left as they are).

        SQLite gives its -wal and -shm files the mode of the main file. Raises StoreUnavailable on a network mount,
        where the file cannot be made, or is missing and must not be `new`, and where it was emptied: a new store would
        hide that everything is lost.
        """
        refuse_network(self.path)
        what = f"the store {self.path} cannot be opened"
        try:
            if not new:
                self.path.stat()
            make_folders(self.path.parent)
            # A file that exists is left alone: closing it would drop the locks of a store open in this process.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE))
        except FileExistsError:
            if self.path.is_dir():
                raise StoreUnavailable(what, "it is a folder", "choose a file that you may write, with --db") from None
            if self.path.stat().st_size <= 1 and self.beside.exists():
                cure = f"restore a backup, or delete {self.path.name} and {self.beside.name} to start anew"
                raise StoreUnavailable(what, "the file was emptied", cure) from None
        except OSError as error:
            if not new and isinstance(error, FileNotFoundError):
                cure = "name the one you mean with --db, or make it: `msgcenter init`"
                raise StoreUnavailable(f"there is no store at {self.path}", "", cure) from None
            why = reason(error)
            raise StoreUnavailable(what, why, "choose a file that you may write, with --db") from error
        self._seen = self._identity()

    def check(self) -> None:
        """Raise StoreUnavailable where the path no longer names the file that was opened.

        Writing on would go to a file that nobody finds again.
        """
        now = self._identity()
        if now == self._seen:
            return
        what = f"the store {self.path} was {'deleted' if now is None else 'replaced'} while it was open"
        raise StoreUnavailable(what, "nothing more is written to it", "close the program and start it again")

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)  # noqa: PTH116  a microsecond; it is done twice a transaction
        except OSError:
            return None
        return found.st_dev, found.st_ino


def refuse_network(path: Path) -> None:
    """Raise StoreUnavailable where `path` lies on an obvious network mount (Linux; elsewhere nothing is known)."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return
    kind = file_system(mounts, path)
    if kind in NETWORK:
        raise StoreUnavailable(
            f"the store {path} cannot be used",
            f"it lies on a network mount ({kind}), where SQLite loses data",
            "keep it on a local disk, or use a PostgreSQL server",
        )


def file_system(mounts: str, path: Path) -> str:
    """The type of the file system that holds `path`, from the text of a Linux mountinfo; "" where none does."""
    place = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields, types = left.split(" "), right.split(" ")
        if len(fields) < 5:
            continue
        mount = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):  # of equals the later one lies on top
            best, kind = mount, types[0]
    return kind


@contextmanager
def folder_beside(new: Path, what: str) -> Iterator[Path]:
    """A private folder for what is made on the way to the file `new`, on the same disk; gone with the block.

    What a killed program has left of the same file is taken away first. Raises StoreUnavailable, which says `what` was
    not done.
    """
    for one in left_behind(new.parent, new.name):
        shutil.rmtree(one, ignore_errors=True)
    try:
        made = tempfile.mkdtemp(prefix=f".{new.name}.", suffix=BEGUN, dir=new.parent)
        lock = os.open(made, os.O_RDONLY | os.O_CLOEXEC)
        folder = at_work(Path(made), lock)
    except OSError as error:
        why = reason(error)
        raise StoreUnavailable(what, f"{new.parent}: {why}", "choose a folder that you may write") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def require_new(path: Path, what: str) -> None:
    """Raise Refused, which says `what` was not done, where something is there."""
    if os.path.lexists(path):
        raise Refused(what, f"{path} exists", "name a new file: what is there is not overwritten")


def name_new(fresh: Path, path: Path, what: str) -> None:
    """Give what was made in a `folder_beside` its name. Raises as `require_new` and `written`."""
    with written(what):
        try:
            give_name(fresh, path)
        except FileExistsError:
            require_new(path, what)
            raise


@contextmanager
def written(what: str) -> Iterator[None]:
    """Raise StoreUnavailable, which says `what` was not done, where something in the block cannot be written."""
    try:
        yield
    except OSError as error:
        why = reason(error)
        raise StoreUnavailable(what, why, "look for space and for the rights to write there, then try again") from error


def kept_beside(path: Path, *kinds: str) -> tuple[Path, ...]:
    """What is kept beside the store `path` under its name, which goes on so."""
    name = glob.escape(path.name)
    return tuple(sorted(one for kind in kinds for one in path.parent.glob(f"{name}{kind}*")))


def make_folders(folder: Path) -> None:
    """Those that are missing, for nobody but their owner."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(PRIVATE_FOLDER, exist_ok=True)
