"""Files of everything, made once for each dataset version beside the requests, and shared by all processes of a machine.

They are known by dataset version and code: as soon as anything changes or is withdrawn, no request finds them any more.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ..exports import FORMATS, Selection, snapshot, write
from ..exports.streaming import PIECE_BYTES
from ..files import replacing
from ..index.routers import PRIMARY
from ..index.versions import Version, index_state, latest_version
from .caching import BUILD

FOLDER = settings.DATA_DIR / "prepared"
QUIET = timedelta(seconds=30)  # while much is being changed, nothing is prepared


class FilePieces:
    """A file, or a part of it, in pieces. It is open until it is closed, even if it is deleted meanwhile."""

    def __init__(self, path: Path):
        self.file = path.open("rb")
        self.size = self.left = os.fstat(self.file.fileno()).st_size

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        piece = self.file.read(min(PIECE_BYTES, self.left))
        if not piece:
            raise StopIteration
        self.left -= len(piece)
        return piece

    def only(self, start: int, end: int) -> None:
        """Have no other bytes than those from `start` to before `end`."""
        self.file.seek(start)
        self.left = end - start

    def close(self) -> None:
        self.file.close()


def prepared_file(name: str, version: Version | None) -> FilePieces | None:
    """The file of everything in this format, if it has been made from this dataset version by this code."""
    if version:
        with suppress(FileNotFoundError):
            return FilePieces(_path(name, version))
    return None


def delete_outdated() -> None:
    """Delete the files of all other dataset versions."""
    version = latest_version(PRIMARY)
    current = version and _path("", version).parent
    for folder in FOLDER.glob("*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)


def is_due() -> bool:
    """Whether files are missing of a dataset version that has stayed for a while.

    Files name the address of the site, which is known beforehand only if it is set.
    """
    version, has_changes = index_state(PRIMARY)
    return (
        bool(settings.SITE_URL)
        and version is not None
        and not has_changes
        and timezone.now() - version.published_at > QUIET
        and not all(_path(name, version).exists() for name in FORMATS)
    )


def prepare(go_on: Callable[[], bool] = lambda: True) -> None:
    """Make the files of the latest dataset version, each as soon as the one before is done, while `go_on()`.

    Raises OSError.
    """
    address = settings.SITE_URL + reverse("incident_list")
    with snapshot(PRIMARY):
        everything = Selection.of_everything(PRIMARY, address=address)
        if not everything.dataset_version:
            return
        for name in FORMATS:
            path = _path(name, everything.dataset_version)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                continue
            with replacing(path) as part, part.open("wb") as file:
                for piece in write(name, everything):
                    file.write(piece)
                    if not go_on():
                        raise SystemExit


def _path(name: str, version: Version) -> Path:
    return FOLDER / f"{version.number}-{version.stamp}-{BUILD}" / f"incidents.{name}"
