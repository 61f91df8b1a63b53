"""`manage.py makemessages`: Django's command, as this project uses it. `make messages` calls it."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A guess at a translation would have to be found and checked: what is new or has changed is left empty.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args, **options):
        ours = {
            "all": not options["locale"],
            "extensions": ["html", "py", "svg", "txt", "xml"],
            "ignore_patterns": ["tests", "var", ".venv"],
            "add_location": "file",
            "no_obsolete": True,
            "no_wrap": True,
        }
        super().handle(*args, **options | ours)
