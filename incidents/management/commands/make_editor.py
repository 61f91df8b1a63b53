"""`manage.py make_editor`: creates a user account for the editing desk, with a chosen password."""

import getpass
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ... import audit, second_factor
from ...models.audit import Event


class Command(BaseCommand):
    help = "Creates a user account for the editing desk."

    def add_arguments(self, parser):
        parser.add_argument("--username")
        parser.add_argument(
            "--group", choices=["reader", "researcher", "editor", "administrator"], default="editor"
        )

    def handle(self, *, username, group, **options):
        self.asks = sys.stdin.isatty()
        user = get_user_model()(is_staff=True)
        self.until_right(lambda: self.name(user, username or self.ask("User name: ")), again=not username)
        if self.asks:
            self.stdout.write("\n".join(f"- {rule}" for rule in password_validators_help_texts()))
        password = self.until_right(lambda: self.password(user))
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=group))
        self.stdout.write(f"{user} can now log in at /admin/ as {group}.")
        if self.asks and settings.SECOND_FACTOR:
            self.set_up_second_factor(user)

    def set_up_second_factor(self, user):
        """Show the key for an app until its code is typed, or leave it to the first login."""
        offer = second_factor.Offer(user, second_factor.new_key())
        self.stdout.write(
            "To log in, you also need a code from an app on your phone. Scan this with the app:"
        )
        offer.code.terminal(out=self.stdout, compact=True)
        self.stdout.write(f"If you cannot, type this key into the app: {offer.letters}")
        try:
            while typed := self.ask("Six digits that the app shows (Enter: later, at the first login): "):
                device, codes = offer.accept(typed)
                if device:
                    audit.record(Event.SET_UP, about=user)
                    self.stdout.write(
                        "Keep these recovery codes. Each lets you log in once without the phone:"
                    )
                    self.stdout.write("\n".join(codes))
                    return
                self.stderr.write("This is not the code that the app shows for this key.")
        except (EOFError, KeyboardInterrupt):
            pass
        self.stdout.write("The desk will show you the key at your first login.")

    def until_right(self, answer, *, again=True):
        """What `answer()` returns. Somebody at a terminal is asked again until it raises no ValidationError."""
        while True:
            try:
                return answer()
            except ValidationError as error:
                if not (again and self.asks):
                    raise CommandError(" ".join(error.messages)) from error
                self.stderr.write(" ".join(error.messages))
            except (EOFError, KeyboardInterrupt) as error:
                raise CommandError("No account was created.") from error

    def ask(self, prompt):
        return input(prompt).strip()

    def name(self, user, username):
        user.username = username
        user.full_clean(exclude=["password"])

    def password(self, user):
        """The password: typed twice without echo, or one line of standard input if that is not a terminal."""
        password = getpass.getpass("Password: ") if self.asks else sys.stdin.readline().rstrip("\n")
        validate_password(password, user)
        if self.asks and getpass.getpass("Again: ") != password:
            raise ValidationError("The two passwords do not match.")
        return password
