"""`manage.py make_signing_key`: the key with which mirrors and dumps are signed."""

from django.core.management.base import BaseCommand, CommandError

from ... import signing


class Command(BaseCommand):
    help = "Makes the key that mirrors and dumps are signed with, once, and prints the public key that others need."

    def handle(self, **options):
        path = signing.key_path()
        try:
            signing.make_key(path)
        except FileExistsError as error:
            raise CommandError(
                f"There is a key already: {path}. Whoever has its public key relies on it."
            ) from error
        except (OSError, signing.SigningError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"The private key is {path}. Keep a copy where nobody else can read it.")
        self.stdout.write(signing.public_key(path).decode().rstrip())
