"""`manage.py make_editor`: creates a user account for the editing desk, with a chosen password."""

import getpass
import sys

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Creates a user account for the editing desk."

    def add_arguments(self, parser):
        parser.add_argument("--username")
        parser.add_argument("--group", choices=["researcher", "editor", "administrator"], default="editor")

    def handle(self, *, username, group, **options):
        users = get_user_model().objects
        user = users.model(username=username or self.ask("User name: "), is_staff=True)
        try:
            user.full_clean(exclude=["password"])
            password = self.ask_password()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=group))
        self.stdout.write(f"{user} can now log in at /admin/ as {group}.")

    def ask(self, prompt):
        try:
            return input(prompt).strip()
        except (EOFError, KeyboardInterrupt) as error:
            raise CommandError("No account was created.") from error

    def ask_password(self):
        """The password: typed twice without echo, or one line of standard input if that is not a terminal."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first, second = getpass.getpass("Password: "), getpass.getpass("Again: ")
        if first != second:
            raise CommandError("The two passwords do not match.")
        return first
