"""`manage.py forget_revisions REF`: no past record of an incident is kept or shown any more."""

from django.core.management.base import BaseCommand, CommandError

from ...models import PublicChange
from ...publishing import forget_revisions


class Command(BaseCommand):
    help = "Forgets the past public records of an incident, where one of them said too much. What it says now stays."

    def add_arguments(self, parser):
        parser.add_argument("ref")

    def handle(self, *, ref, **options):
        if not PublicChange.objects.filter(ref=ref).exists():
            raise CommandError(f"No incident “{ref}” was ever public.")
        self.stdout.write(f"{forget_revisions(ref)} past records of {ref} are forgotten.")
