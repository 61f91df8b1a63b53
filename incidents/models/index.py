"""The tables of the index: the public data derived from the records, which public pages and files are made from."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .incident import Incident


class DatasetVersion(models.Model):
    """A state of the public data. Every public change makes a new one, with a higher number."""

    number = models.BigAutoField(primary_key=True)
    # A number may come again after a failed transaction or a restored backup; its stamp never does.
    stamp = models.CharField(max_length=32)
    published_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return str(self.number)


class PublicIncident(models.Model):
    """The document of a public incident: its public record, and what search, lists and files need of it."""

    # It outlives its incident until it has been removed from every posting list.
    incident = models.OneToOneField(
        Incident,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="public_incident",
    )
    ref = models.SlugField(max_length=100)
    listed = models.BooleanField()
    first_day = models.DateField(null=True)
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    dataset_version = models.BigIntegerField(default=0)  # that wrote it
    record = models.BinaryField()  # the public record as JSON, compressed by zlib
    rows = models.TextField()  # its rows in a CSV file
    # Its texts as tokens, in which phrases are looked up: of names, of other texts, of sources.
    names = models.TextField()
    texts = models.TextField()
    sources = models.TextField()

    built_record: dict[str, Any] | None = None  # the record itself, of a document that was built and not read
    built_passages: list[Any] | None = None  # and its passages

    class Meta:
        indexes = [
            # With all that a page of keys needs, so that no long row is read; without `listed`, since SQLite would not
            # sort by the index after a column that is compared with one value.
            models.Index(fields=["-first_day", "ref", "incident"], name="public_incident_order"),
            models.Index(fields=["-changed_at", "ref", "incident"], name="public_incident_changes"),
            models.Index(fields=["dataset_version", "ref"], name="public_incident_version"),
        ]

    def __str__(self):
        return self.ref


class PublicChange(models.Model):
    """What a dataset version did to an incident, and its record before. The record after it is that of the next change
    or, if there is none, the one in the document.

    `number` is that of the revision that it made.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Published")
        CORRECTED = "corrected", _("Changed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Merged into another")

    ref = models.SlugField(max_length=100)
    number = models.PositiveIntegerField()
    dataset_version = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    before = models.BinaryField(blank=True)
    taken_back = models.BooleanField(
        default=False
    )  # the record before may no longer be shown: copies of it have to go

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref", "number"], name="public_change_number_once")]

    def __str__(self):
        return f"{self.ref} [{self.number}]"


class PostingList(models.Model):
    """The public incidents that have a term: those of one chunk of 65,536 keys, as a roaring bitmap.

    Layer 0 is the incident as a whole, layer n its n-th action, for terms that must be true of the same action.
    """

    pk = models.CompositePrimaryKey("term", "layer", "chunk")
    term = models.BinaryField(max_length=300)  # bytes sort alike on either database
    layer = models.SmallIntegerField()
    chunk = models.IntegerField()
    incidents = models.BinaryField()
    cardinality = models.IntegerField()
    dataset_version = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["dataset_version"], name="posting_list_version")]

    def __str__(self):
        return f"{bytes(self.term).decode()} [{self.layer}]"
