"""`manage.py check_names`: looks through everything public for every private name, handle and URL."""

import time
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS
from django.urls import reverse

from ... import index, leaks
from ...leaks import PublicText
from ...models import IN_ORDER, Incident

MODELS = {str(model._meta.model_name): model for model in IN_ORDER}
PROGRESS_SECONDS = 2


class Command(BaseCommand):
    help = (
        "Looks through everything public, past revisions too, for every private name, handle and URL. Lists what is"
        " found, without saying it, and fails unless an editor has answered for all of it."
    )

    def handle(self, **options):
        index.refresh(DEFAULT_DB_ALIAS)
        privates = leaks.Privates.load()
        counts, pages, reported_at = Counter(), 0, time.monotonic()
        for number, found in leaks.finds(privates):
            pages += number
            for find in found:
                certainty = "answered" if find.answered else "sure" if find.leak.refused else "doubtful"
                counts[certainty] += 1
                self.stdout.write(f"{certainty}: {place_of(find)} may name {owner_of(find, privates)}")
            if time.monotonic() > reported_at + PROGRESS_SECONDS:
                reported_at = time.monotonic()
                self.stderr.write(f"{pages:,} incidents and past revisions so far…\n")
        result = (
            f"Private values: {len(privates.values):,}. Incidents and past revisions: {pages:,}."
            f" Finds: {counts['sure']:,} sure, {counts['doubtful']:,} doubtful, {counts['answered']:,} answered."
        )
        if counts["sure"] or counts["doubtful"]:
            raise CommandError(f"{result} Correct or answer them on the editing desk.")
        self.stdout.write(result)


def place_of(find):
    """The page of the editing desk, and the field. It says no key of a record, since that may be the name."""
    page, place = find.page, find.leak.place
    meta = MODELS[place.model]._meta
    where = [f"revision {page.revision}"] if page.revision else []
    record = None if page.revision else stored(place.model, place.key)
    if not record and place.model != "incident":
        number = place.key.rpartition(" ")[2]
        where.append(f"{meta.verbose_name} {number}" if number.isdigit() else str(meta.verbose_name))
    where.append(str(meta.get_field(place.field).verbose_name))
    return f"{change_page(record or Incident(pk=page.incident))} {', '.join(where)}"


def owner_of(find, privates):
    """Whose the private value is: a record by its number and, unless they say too much, its public words."""
    private = find.leak.private
    owner = stored(private.model, private.key)
    words = PublicText(private.model, private.key, "", private.owner)
    says_too_much = any(leak.match.sure for leak in privates.leaks_in([words], own={private.owner_key}))
    return f"{private.model} {owner.pk}" + ("" if says_too_much else f", “{private.owner}”")


def stored(model, key):
    """The record of this natural key, if it has a page of its own on the editing desk."""
    fields = MODELS[model].objects.all().natural_key_fields
    return MODELS[model].objects.filter(**{fields[0]: key}).first() if len(fields) == 1 else None


def change_page(record):
    return reverse(f"admin:incidents_{record._meta.model_name}_change", args=[record.pk])
