"""Researchers' spreadsheets: which column is which field, and what each row became. Private, and never exported."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField
from .incident import Incident


class ImportedTable(models.Model):
    """A spreadsheet that is imported, perhaps again and again: the field of each column by its name.

    `pending` is a file that was uploaded and is not imported yet: its columns and rows.
    """

    name = LineField(_("name of the table"), max_length=100, unique=True)
    mapping = models.JSONField(default=dict)
    pending = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("imported table")
        verbose_name_plural = _("imported tables")
        ordering = ["name"]
        default_permissions = ()

    def __str__(self):
        return self.name


class ImportedRow(models.Model):
    """A row as it was when it was last imported, by its key, and the incident it became."""

    table = models.ForeignKey(ImportedTable, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="imported_row_once")]
        default_permissions = ()

    def __str__(self):
        return self.key
