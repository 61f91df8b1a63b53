"""The files of a mirror: written into a new folder, hashed on the way; what has not changed is shared with the last one."""

import filecmp
import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

from ..signing import CHECKSUMS, checksum_line


class MirrorFolder:
    """A new mirror in `folder`. A file that is as it was in the mirror `before` stays the same one, with its date."""

    def __init__(self, folder: Path, before: Path):
        self.folder, self.before = folder, before
        self.number = self.changed = 0
        folder.mkdir(mode=0o755)
        self.checksums = (folder / CHECKSUMS).open("w")

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file by its path in the mirror."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with path.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
        self.checksums.write(checksum_line(digest.hexdigest(), name))
        self.number += 1
        if not self._share(path, self.before / name):
            self.changed += 1

    def _share(self, path: Path, before: Path) -> bool:
        """Whether the file was the same before, so that it need not be kept twice, nor copied elsewhere again."""
        if not before.is_file() or not filecmp.cmp(path, before, shallow=False):
            return False
        shared = path.with_name(f"{path.name}.shared")
        with suppress(OSError):  # a file system without links
            os.link(before, shared)
            os.replace(shared, path)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.checksums.close()
