"""`manage.py publish_dump DIR`: all public data in every format, as a signed bag, with an index of versions."""

import shutil
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import exports, index, protection, signing
from ...exports import dumps
from ...exports.deltas import withdrawals
from ...files import point, publishing_alone

VERSIONS_KEPT = 12


class Command(BaseCommand):
    help = (
        "Writes all formats into DIR/<dataset version>/ unless that exists, and deletes the oldest versions and those "
        "that have what was withdrawn since."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep",
            type=int,
            default=VERSIONS_KEPT,
            help="number of versions to keep (default: %(default)d)",
        )
        parser.add_argument("--address", default="", help="the URL of the tracker to state in the files")

    def handle(self, *, folder, keep, address, **options):
        if keep < 1:
            raise CommandError("--keep must be at least 1.")
        try:
            with publishing_alone():
                self.publish(folder, keep, address)
        except OSError as error:
            raise CommandError(f"Could not write {error.filename or folder}: {error.strerror}.") from error
        except signing.SigningError as error:
            raise CommandError(str(error)) from error

    def publish(self, folder, keep, address):
        if not index.current_version("default", is_patient=True):
            raise CommandError("Nothing has been published yet.")
        protection.note_taken_back()
        folder.mkdir(parents=True, exist_ok=True)
        with exports.snapshot("default"):
            everything = exports.Selection.of_everything("default", address=address)
            self.delete_taken_back(folder)
            target = folder / str(everything.version)
            if (target / dumps.ABOUT).exists():
                self.stdout.write(f"Version {everything.version} already exists.")
            else:
                key = signing.key_path() if signing.key_path().exists() else None
                dumps.write_dump(target, everything, key=key, report=self.stderr.write)
                self.stdout.write(f"Version {everything.version} has been written to {target}.")
        point(folder / "latest", target.name)
        for version, path in list(dumps.versions(folder))[keep:]:
            shutil.rmtree(path)
            self.stdout.write(f"Version {version} has been deleted.")
        dumps.write_index(folder)

    def delete_taken_back(self, folder):
        """Delete the versions that have what readers may no longer see."""
        withdrawn = {each["ref"]: each["version"] for each in withdrawals("default")}
        for version, path in dumps.versions(folder):
            if ref := dumps.taken_back(path, version, withdrawn=withdrawn, using="default"):
                shutil.rmtree(path)
                self.stdout.write(
                    f"Version {version} has been deleted: it has what was withdrawn or hidden since, in {ref}."
                )
