"""Files that are written whole or not at all, even if the power fails: exports, dumps, backups; and the database's own.

They are on the disk before they have their name. What a killed run leaves is deleted by the next in the same folder.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

PUBLISHING = ".publishing"  # the folder whose lock a run holds
PREFIX = ".being-written-"  # begins the name of a folder in which something is being written


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path at which to write a file or a folder, which replaces `path` once the block has ended well.

    Nobody but its owner can read it until then. Raises OSError.
    """
    parent = path.parent.resolve()
    with scratch_in(parent) as scratch:
        yield scratch / path.name
        sync(scratch / path.name)
        os.replace(scratch / path.name, parent / path.name)
        _sync(parent)


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """A folder in this one, for its owner only, which is deleted in the end. Raises OSError."""
    with alone_in(folder):
        _delete_leftovers(folder)
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=PREFIX))
        in_use = _lock(scratch)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        os.close(in_use)


def point(link: Path, target: str) -> None:
    """Have a link lead to what has this name beside it, from one moment to the next. Raises OSError."""
    new_link = link.with_name(f".{link.name}")
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(target)
    os.replace(new_link, link)
    _sync(link.parent)


def sync(path: Path) -> None:
    """Have a file, or a folder with all that is in it, on the disk."""
    if path.is_dir():
        for each in path.iterdir():
            sync(each)
    _sync(path)


def keep_private(sender, connection, **kwargs):
    """A SQLite database that was opened, and what SQLite keeps beside it, can be read by its owner only."""
    if connection.vendor != "sqlite":
        return
    for end in ("", "-wal", "-shm"):
        path = Path(f"{connection.settings_dict['NAME']}{end}")
        with suppress(OSError):  # it is not there, or somebody else's
            if stat.S_IMODE(path.stat().st_mode) != 0o600:
                path.chmod(0o600)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else on this machine is alone in this folder. Raises OSError."""
    lock = _lock(folder)
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def publishing_alone() -> Iterator[None]:
    """Wait until no other run publishes a mirror or dump: one that began earlier would bring back what a later one took away.

    Raises OSError.
    """
    folder = settings.DATA_DIR / PUBLISHING
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        yield


def _lock(folder, *, wait=True):
    """A descriptor that holds the lock of a folder until it is closed, also by being killed. BlockingIOError if it is held."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _delete_leftovers(folder):
    for left in folder.glob(f"{PREFIX}*"):
        try:
            lock = _lock(left, wait=False)
        except BlockingIOError:
            continue  # it is being written now
        shutil.rmtree(left, ignore_errors=True)
        os.close(lock)
