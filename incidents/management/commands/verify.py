"""`manage.py verify DIR`: whether a mirror or a dump is whole, unchanged and signed with our key."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import signing


class Command(BaseCommand):
    help = "Checks every file of a mirror or dump, and its signature, and names each file that is wrong."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--key",
            type=Path,
            help="the public key, from somebody you trust (default: that of this tracker)",
        )

    def handle(self, *, folder, key, **options):
        key = key or signing.key_path().with_name(signing.PUBLIC_KEY)
        wrong = 0
        try:
            for fault in signing.faults(folder, key=key):
                self.stderr.write(fault)
                wrong += 1
        except (OSError, signing.SigningError) as error:
            raise CommandError(str(error)) from error
        if wrong:
            raise CommandError(f"{folder} is not as it was published. Files that are wrong: {wrong}.")
        self.stdout.write(f"{folder} is whole, and signed with {key}.")
