"""`manage.py publish_dump DIR`: everything public in every format, with checksums, a manifest and an index page."""

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

KEPT = 12


class Command(BaseCommand):
    help = (
        "Writes all formats into DIR/<dataset version>/ if they are not there yet, and lets go of old ones."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder")
        parser.add_argument(
            "--keep", type=int, default=KEPT, help="how many versions stay (default: %(default)d)"
        )
        parser.add_argument("--address", default="", help="the address of the tracker, named in the files")

    def handle(self, *, folder, keep, address, **options):
        if keep < 1:
            raise CommandError("Keep at least one.")
        dataset_version = index.current_version("default")
        if not dataset_version:
            raise CommandError("Nothing is public yet.")
        folder = Path(folder)
        target = folder / str(dataset_version.number)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (target / "manifest.json").exists():
                self.stdout.write(f"Version {dataset_version.number} is there already.")
            else:
                self.write(folder, target, dataset_version, address)
                self.stdout.write(f"Version {dataset_version.number} is in {target}.")
            self.point(folder, dataset_version)
            self.let_go(folder, keep)
        except OSError as error:
            raise CommandError(
                f"{error.filename or folder} could not be written: {error.strerror}."
            ) from error

    def write(self, folder, target, dataset_version, address):
        """All files of a version, there whole or not at all."""
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=".being-written-"))
        try:
            files = [self.write_file(scratch, name, address) for name in exports.FORMATS]
            about = exports.select(address=address).about()
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
            for piece in exports.write(name, lambda: exports.select(address=address)):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.stderr.write(f"incidents.{name}: {size:,} bytes")
        return {"name": f"incidents.{name}", "bytes": size, "sha256": digest.hexdigest()}

    def point(self, folder, dataset_version):
        """`latest` leads to the newest version."""
        latest, made = folder / "latest", folder / ".latest"
        made.unlink(missing_ok=True)
        made.symlink_to(str(dataset_version.number))
        os.replace(made, latest)

    def let_go(self, folder, keep):
        versions = sorted((int(path.name) for path in folder.iterdir() if path.name.isdigit()), reverse=True)
        for version in versions[keep:]:
            shutil.rmtree(folder / str(version))
            self.stdout.write(f"Version {version} is let go.")
