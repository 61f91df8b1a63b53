"""Dumps: all public data of a dataset version in every format, as a signed BagIt bag (RFC 8493); and which have to go."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from ..files import replacing
from ..models import PublicChange, PublicIncident
from ..signing import BAG_TAGS, CHECKSUMS, checksum_line, digest_of, sign
from . import FORMATS, write
from .deltas import withdrawal_list
from .selection import Selection

PAYLOAD = "data"  # the folder of the data in a bag
ABOUT = "manifest.json"
RECORDS = "incidents.jsonl"
BATCH_SIZE = 500  # records at a time


def write_dump(
    folder: Path, everything: Selection, *, key: Path | None, report: Callable[[str], object]
) -> None:
    """Write all files of a version into a new folder, completely or not at all. Raises OSError, SigningError."""
    with replacing(folder) as scratch:
        (scratch / PAYLOAD).mkdir(parents=True)
        scratch.chmod(0o755)
        files = []
        for name in FORMATS:
            files.append(_write_file(scratch, f"incidents.{name}", write(name, everything)))
            report(f"incidents.{name}: {files[-1]['bytes']:,} bytes")
        files.append(
            _write_file(scratch, "withdrawals.json", [withdrawal_list(everything.using, everything.version)])
        )
        about = everything.about()
        context = {"about": about, "files": files, "site_name": settings.SITE_NAME}
        payload = "".join(checksum_line(file["sha256"], file["name"]) for file in files)
        tags = {
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": _bag_info(about, files),
            "manifest-sha256.txt": payload,
            ABOUT: json.dumps({"dataset": about, "files": files}, indent=1, ensure_ascii=False) + "\n",
            "index.html": render_to_string("incidents/dump.html", context),
        }
        for name, text in tags.items():
            (scratch / name).write_text(text)
        (scratch / CHECKSUMS).write_text(payload + _checksums(scratch, tags))
        if key:
            sign(scratch, key=key)
        names = sorted(path.name for path in scratch.iterdir() if path.is_file())
        (scratch / BAG_TAGS).write_text(_checksums(scratch, names))


def _checksums(folder: Path, names: Iterable[str]) -> str:
    return "".join(checksum_line(digest_of(folder / name), name) for name in names)


def _write_file(bag: Path, name: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with (bag / PAYLOAD / name).open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"name": f"{PAYLOAD}/{name}", "bytes": size, "sha256": digest.hexdigest()}


def _bag_info(about: dict[str, Any], files: list[dict[str, Any]]) -> str:
    fields = {
        "Source-Organization": settings.AUTHOR,
        "External-Description": settings.SITE_NAME,
        "External-Identifier": f"dataset version {about['version']}",
        "Bagging-Date": timezone.now().date().isoformat(),
        "Payload-Oxum": f"{sum(file['bytes'] for file in files)}.{len(files)}",
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields.items())


def taken_back(folder: Path, version: int, *, withdrawn: dict[str, int], using: str) -> str | None:
    """The ref of an incident of which a dump has a record that readers may no longer see; None if there is none.

    `withdrawn` has, by ref, the version before which copies have to go. A ref that nothing is known of named somebody.
    """
    path = next((found for found in (folder / PAYLOAD / RECORDS, folder / RECORDS) if found.exists()), None)
    if not path:
        return None
    with path.open("rb") as lines:
        while refs := [orjson.loads(line)["ref"] for line in islice(lines, BATCH_SIZE)]:
            changed = PublicChange.objects.using(using).filter(ref__in=refs).values_list("ref", flat=True)
            public = PublicIncident.objects.using(using).filter(ref__in=refs).values_list("ref", flat=True)
            known = {*changed, *public}
            for ref in refs:
                if ref not in known or version < withdrawn.get(ref, 0):
                    return ref
    return None


def versions(folder: Path) -> Iterator[tuple[int, Path]]:
    """The dumps in a folder, the newest first."""
    found = {int(path.name): path for path in folder.iterdir() if path.name.isdigit()}
    yield from sorted(found.items(), reverse=True)


def write_index(folder: Path) -> None:
    """Say beside the dumps which versions there are."""
    found = []
    for version, path in versions(folder):
        about = json.loads((path / ABOUT).read_text())
        size = sum(file["bytes"] for file in about["files"])
        found.append(
            {"version": version, "folder": f"{path.name}/", "bytes": size} | _described(about["dataset"])
        )
    context = {"versions": found, "site_name": settings.SITE_NAME}
    pages = {
        "versions.json": json.dumps({"versions": found}, indent=1, ensure_ascii=False) + "\n",
        "index.html": render_to_string("incidents/dumps.html", context),
    }
    for name, text in pages.items():
        with replacing(folder / name) as scratch:
            scratch.write_text(text)
            scratch.chmod(0o644)


def _described(about: dict[str, Any]) -> dict[str, Any]:
    return {name: about.get(name) for name in ("changed_at", "incidents", "license", "license_url")}
