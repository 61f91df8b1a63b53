"""`manage.py reset_second_factor NAME`: for somebody who has lost their phone and their recovery codes."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from ... import audit, second_factor
from ...models.audit import Event


class Command(BaseCommand):
    help = "Has a user set up the second factor anew at their next login."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        try:
            user = get_user_model().objects.get_by_natural_key(username)
        except get_user_model().DoesNotExist as error:
            raise CommandError(f"There is no user “{username}”.") from error
        had_one = second_factor.reset(user)
        audit.record(Event.RESET, about=user)
        self.stdout.write(
            f"{user} sets up a second factor at the next login."
            if had_one
            else f"{user} had no second factor."
        )
