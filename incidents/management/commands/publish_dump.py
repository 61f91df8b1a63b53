"""`manage.py publish_dump DIR`: all public data in every format, with checksums, a manifest and an index page."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from ... import exports, index

VERSIONS_KEPT = 12


class Command(BaseCommand):
    help = (
        "Writes all formats into DIR/<dataset version>/ unless that exists, and deletes the oldest versions."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder")
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
        dataset_version = index.current_version("default")
        if not dataset_version:
            raise CommandError("Nothing has been published yet.")
        folder = Path(folder)
        target = folder / str(dataset_version.number)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (target / "manifest.json").exists():
                self.stdout.write(f"Version {dataset_version.number} already exists.")
            else:
                self.write(folder, target, dataset_version, address)
                self.stdout.write(f"Version {dataset_version.number} has been written to {target}.")
            self.update_latest(folder, dataset_version)
            self.delete_old(folder, keep)
        except OSError as error:
            raise CommandError(f"Could not write {error.filename or folder}: {error.strerror}.") from error

    def write(self, folder, target, dataset_version, address):
        """Write all files of a version, completely or not at all."""
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=".being-written-"))
        try:
            files = [self.write_file(scratch, name, address) for name in exports.FORMATS]
            about = exports.Selection.of_everything("default", address=address).about()
            manifest = {"dataset": about, "files": files}
            (scratch / "SHA256SUMS").write_text(
                "".join(f"{file['sha256']}  {file['name']}\n" for file in files)
            )
            context = {"about": about, "files": files, "site_name": settings.SITE_NAME}
            (scratch / "index.html").write_text(render_to_string("incidents/dump.html", context))
            (scratch / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
            scratch.chmod(0o755)
            os.replace(scratch, target)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise

    def write_file(self, scratch, name, address):
        digest, size = hashlib.sha256(), 0
        with (scratch / f"incidents.{name}").open("wb") as file:
            for piece in exports.write(name, exports.Selection.of_everything("default", address=address)):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.stderr.write(f"incidents.{name}: {size:,} bytes")
        return {"name": f"incidents.{name}", "bytes": size, "sha256": digest.hexdigest()}

    def update_latest(self, folder, dataset_version):
        """Point the link `latest` to the newest version."""
        latest, new_link = folder / "latest", folder / ".latest"
        new_link.unlink(missing_ok=True)
        new_link.symlink_to(str(dataset_version.number))
        os.replace(new_link, latest)

    def delete_old(self, folder, keep):
        versions = sorted((int(path.name) for path in folder.iterdir() if path.name.isdigit()), reverse=True)
        for version in versions[keep:]:
            shutil.rmtree(folder / str(version))
            self.stdout.write(f"Version {version} has been deleted.")
