"""Compiles the catalogues under `locale/`, which git keeps as texts only. Needs no GNU gettext."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from .files import replacing


def compile_catalogues(folder: Path) -> None:
    """Compile each catalogue that has changed since it was last compiled. Raises OSError."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        with replacing(compiled) as path, path.open("wb") as file:
            write_mo(file, catalogue)
        compiled.chmod(0o644)
