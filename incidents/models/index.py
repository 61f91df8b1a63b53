"""The public archive, derived from the records: what the public doors read, kept in step by `incidents.archive`."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .incident import Incident


class DatasetVersion(models.Model):
    """One state of the public data. Its number grows with every public change: the dataset version."""

    number = models.BigAutoField(primary_key=True)
    # A number may come again after a failed transaction or a restored backup; its stamp never does.
    stamp = models.CharField(max_length=32)
    published_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return str(self.number)


class PublicIncident(models.Model):
    """A public incident as the gate tells it."""

    # It outlives its incident until the archive has taken it out of every posting.
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
    record = models.BinaryField()  # the public record as compressed JSON
    rows = models.TextField()  # its lines in a CSV file
    # Its words as tokens, for phrases to be looked up in; of names, of other texts, of sources.
    names = models.TextField()
    texts = models.TextField()
    sources = models.TextField()

    class Meta:
        indexes = [
            # With all that a page of keys needs, so that no long row is read; and without `listed`, since SQLite does not
            # see that a column that holds has one value only.
            models.Index(fields=["-first_day", "ref", "incident"], name="public_incident_order"),
            models.Index(fields=["-changed_at", "ref", "incident"], name="public_incident_changes"),
        ]

    def __str__(self):
        return self.ref


class PublicChange(models.Model):
    """What an edition did to an incident, and the record as it was before; the record as it is stands in its entry.

    Its number is that of the revision it led to.
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref", "number"], name="public_change_number_once")]

    def __str__(self):
        return f"{self.ref} [{self.number}]"


class PostingList(models.Model):
    """The listed incidents that have a term: those of one chunk of 65,536 keys, as a roaring bitmap.

    Layer 0 is the incident as a whole, layer n its n-th action, for terms that must be true of one action.
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
