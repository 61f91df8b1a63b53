"""`manage.py import_table`: turns the rows of a researcher's spreadsheet into drafts after trying all of them."""

from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from ...admin.tables import fields_for, import_rows, proposed_mapping
from ...models import ImportedTable
from ...table_files import UnreadableTableError, read_table

OUTCOMES = ("new", "changed", "unchanged", "doubtful", "refused")


class Command(BaseCommand):
    help = "Imports a CSV or XLSX file as drafts. Proposes and keeps which column is which field; the same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--user", required=True, help="who logs the incidents: the name of a user")
        parser.add_argument(
            "--table", help="the name under which the mapping is kept; the name of the file if left out"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="which field a column is; an empty field leaves it out. Once said, it is kept.",
        )
        parser.add_argument(
            "--doubtful",
            choices=["ask", "skip", "take"],
            default="ask",
            help="what becomes of rows that may be an incident on record; “ask” writes nothing if there are any",
        )
        parser.add_argument("--dry-run", action="store_true", help="check and report, but write nothing")

    def handle(self, *, file, user, doubtful, dry_run, **options):
        author = User.objects.filter(username=user, is_active=True).first()
        if not author or not author.has_perm("incidents.add_incident"):
            raise CommandError(f"{user} is not a user who may log incidents.")
        try:
            with open(file, "rb") as opened:
                read = read_table(opened)
        except UnreadableTableError as error:
            raise CommandError(f"{file}: {error} Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        table = self.table(options["table"] or Path(file).stem, read, author, options["map"])
        report = import_rows(table, read.columns, read.rows, user=author, doubtful=doubtful, dry_run=dry_run)
        self.report(file, table, read, report)
        if report.is_partial:
            raise CommandError(
                f"{file} was imported in part, since something was changed meanwhile: what is counted above is written."
                " Import the file again once that is mended: what is there stays as it is."
            )
        if report.prevents(doubtful):
            raise CommandError(f"{file} cannot be imported as it is. Nothing was written.")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def table(self, name, read, author, said):
        """The table of this name, with the mapping that is kept, what was said now, and proposals for new columns."""
        table = ImportedTable.objects.filter(name=name).first() or ImportedTable(name=name)
        fields = fields_for(author)
        proposed = proposed_mapping([each for each in read.columns if each not in table.mapping], fields)
        taken = set(table.mapping.values())
        table.mapping |= {column: name for column, name in proposed.items() if name not in taken}
        for each in said:
            column, _equals, name = each.rpartition("=")
            if column not in read.columns or (name and name not in fields):
                raise CommandError(
                    f"--map {each}: columns are {'; '.join(read.columns)}; fields are {'; '.join(fields)}."
                )
            table.mapping[column] = name
        table.save()
        return table

    def report(self, file, table, read, report):
        for column in read.columns:
            self.stdout.write(f"column “{column}”: {table.mapping.get(column) or 'left out'}")
        for note in report.notes:
            self.stdout.write(note)
        for row in report.rows:
            if row.outcome in ("doubtful", "refused"):
                self.stderr.write(
                    f"{file}: line {row.line}: {row.outcome}: {'; '.join(map(str, row.reasons))}"
                )
        self.stdout.write(", ".join(f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES))
