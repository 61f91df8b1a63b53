"""Dumps: all public data of a dataset version in every format, as a signed BagIt bag (RFC 8493); and which have to go."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone

from ..files import replacing
from ..leaks import may_be_shown, past_pages
from ..models import PublicChange, PublicIncident
from ..records import past_from_json
from ..signing import BAG_TAGS, CHECKSUMS, checksum_line, digest_of, sign
from . import FORMATS, write
from .deltas import withdrawals
from .selection import Selection, unpacked

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
        listed = {"withdrawn": withdrawals(everything.using)}
        files.append(_write_file(scratch, "withdrawals.json", [orjson.dumps(listed) + b"\n"]))
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


def taken_back(folder: Path, version: int, *, using: str) -> str | None:
    """The ref of an incident of which a dump has a record that readers may no longer see; None if there is none.

    It was withdrawn since, its past records were deleted, or it names somebody or a source that is hidden now.
    """
    path = next((found for found in (folder / PAYLOAD / RECORDS, folder / RECORDS) if found.exists()), None)
    if not path:
        return None
    gone = {each["ref"] for each in withdrawals(using) if each["version"] > version}
    with path.open("rb") as lines:
        while batch := {orjson.loads(line)["ref"]: line.rstrip(b"\n") for line in islice(lines, BATCH_SIZE)}:
            today = PublicIncident.objects.using(using).filter(ref__in=batch).values_list("ref", "record")
            for ref, record in today:
                if unpacked(record) == batch[ref]:
                    del batch[ref]
            if found := next((ref for ref in batch if ref in gone), None) or _hidden(batch, version):
                return found
    return None


def _hidden(records: dict[str, bytes], version: int) -> str | None:
    """The ref of one of these records, which were public in a dataset version, that may no longer be shown."""
    changes = PublicChange.objects.filter(ref__in=records, dataset_version__lte=version)
    numbers = dict(changes.values_list("ref").annotate(Max("number")))
    past = [(numbers.get(ref, 0), past_from_json(record)) for ref, record in records.items()]
    if len(past_pages(past)) == len(past):
        return None
    return next(record["ref"] for number, record in past if not may_be_shown(number, record))


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
