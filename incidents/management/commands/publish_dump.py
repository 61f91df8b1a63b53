"""`manage.py publish_dump DIR`: all public data in every format, with checksums, a manifest and an index page."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from ... import exports, index
from ...files import replacing

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
        if not index.current_version("default"):
            raise CommandError("Nothing has been published yet.")
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with exports.snapshot("default"):
                everything = exports.Selection.of_everything("default", address=address)
                target = folder / str(everything.version)
                if (target / "manifest.json").exists():
                    self.stdout.write(f"Version {everything.version} already exists.")
                else:
                    self.write(target, everything)
                    self.stdout.write(f"Version {everything.version} has been written to {target}.")
            self.update_latest(folder, target.name)
            self.delete_old(folder, keep)
        except OSError as error:
            raise CommandError(f"Could not write {error.filename or folder}: {error.strerror}.") from error

    def write(self, target, everything):
        """Write all files of a version, completely or not at all."""
        with replacing(target) as scratch:
            scratch.mkdir(mode=0o755)
            files = [self.write_file(scratch, name, everything) for name in exports.FORMATS]
            about = everything.about()
            manifest = {"dataset": about, "files": files}
            (scratch / "SHA256SUMS").write_text(
                "".join(f"{file['sha256']}  {file['name']}\n" for file in files)
            )
            context = {"about": about, "files": files, "site_name": settings.SITE_NAME}
            (scratch / "index.html").write_text(render_to_string("incidents/dump.html", context))
            (scratch / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")

    def write_file(self, scratch, name, everything):
        digest, size = hashlib.sha256(), 0
        with (scratch / f"incidents.{name}").open("wb") as file:
            for piece in exports.write(name, everything):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.stderr.write(f"incidents.{name}: {size:,} bytes")
        return {"name": f"incidents.{name}", "bytes": size, "sha256": digest.hexdigest()}

    def update_latest(self, folder, version):
        """Point the link `latest` to the newest version."""
        latest, new_link = folder / "latest", folder / ".latest"
        new_link.unlink(missing_ok=True)
        new_link.symlink_to(version)
        os.replace(new_link, latest)

    def delete_old(self, folder, keep):
        versions = sorted((int(path.name) for path in folder.iterdir() if path.name.isdigit()), reverse=True)
        for version in versions[keep:]:
            shutil.rmtree(folder / str(version))
            self.stdout.write(f"Version {version} has been deleted.")
