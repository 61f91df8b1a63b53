"""`manage.py forget_revisions REF`: deletes all past public records of an incident."""

from django.core.management.base import BaseCommand, CommandError

from ...models import PublicChange
from ...protection import forget_revisions


class Command(BaseCommand):
    help = "Deletes the past public records of an incident, for when one of them contained too much. The current record stays."

    def add_arguments(self, parser):
        parser.add_argument("ref")

    def handle(self, *, ref, **options):
        if not PublicChange.objects.filter(ref=ref).exists():
            raise CommandError(f"No incident “{ref}” has ever been public.")
        self.stdout.write(f"Past records of {ref} deleted: {forget_revisions(ref)}.")
