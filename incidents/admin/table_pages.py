"""The pages on which a researcher's spreadsheet is uploaded, its columns are mapped, and the result is looked at and imported."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..locales import listed
from ..models import ImportedTable, Incident
from ..table_files import UnreadableTableError, read_table
from .links import change_url
from .tables import fields_for, import_rows, proposed_mapping

MAX_ROWS_SHOWN = 200
OUTCOMES = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "doubtful": gettext_lazy("may be on record"),
    "refused": gettext_lazy("refused"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy(
            "One row for each incident, below the names of the columns. At most 10 MB and 2,000 rows."
        ),
    )
    name = ImportedTable._meta.get_field("name").formfield(
        help_text=gettext_lazy(
            "The same name next time uses the same columns, and finds the rows that were imported before."
        ),
    )

    def clean_file(self):
        try:
            return read_table(self.cleaned_data["file"])
        except UnreadableTableError as error:
            raise forms.ValidationError(str(error)) from error

    def save(self, user):
        """Keep what was uploaded until it is imported, with a mapping of its columns."""
        read, name = self.cleaned_data["file"], self.cleaned_data["name"]
        table = ImportedTable.objects.filter(name=name).first() or ImportedTable(name=name)
        table.mapping = proposed_mapping(read.columns, fields_for(user)) | table.mapping
        table.pending = {"columns": read.columns, "rows": read.rows}
        table.save()
        return table


def mapping_form(table, fields, data=None):
    """A form with a list of fields for each column."""
    choices = [("", _("Leave it out")), *fields.items()]
    columns = table.pending["columns"]
    boxes = {
        f"column-{place}": forms.ChoiceField(
            label=column, choices=choices, required=False, initial=table.mapping.get(column, "")
        )
        for place, column in enumerate(columns)
    }
    return type("MappingForm", (_MappingForm,), boxes | {"columns": columns})(data)


class _MappingForm(forms.Form):
    columns: list[str] = []

    def clean(self):
        chosen = [name for name in self.cleaned_data.values() if name]
        for box, name in list(self.cleaned_data.items()):
            if name and chosen.count(name) > 1:
                self.add_error(box, _("Two columns cannot be the same field."))

    def mapping(self):
        return {column: self.cleaned_data[f"column-{place}"] for place, column in enumerate(self.columns)}


def upload_view(model_admin, request):
    """Upload a file; the tables that wait to be imported."""
    _check(model_admin, request)
    form = UploadForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(_address(form.save(request.user)))
    waiting = [(table, _address(table)) for table in ImportedTable.objects.exclude(pending=None)]
    return _page(
        model_admin, request, "upload.html", form=form, waiting=waiting, title=_("Import a spreadsheet")
    )


def table_view(model_admin, request, key):
    """Map the columns, look at what an import would do, and import."""
    _check(model_admin, request)
    table = get_object_or_404(ImportedTable.objects.exclude(pending=None), pk=key)
    form = mapping_form(table, fields_for(request.user), request.POST if request.method == "POST" else None)
    doubtful = request.POST.get("doubtful", "ask")
    doubtful = doubtful if doubtful in ("skip", "take") else "ask"
    if "discard" in request.POST:
        ImportedTable.objects.filter(pk=table.pk).update(pending=None)
        return HttpResponseRedirect(reverse("admin:incidents_incident_import"))
    if request.method == "POST" and not form.is_valid():
        return _page(model_admin, request, "table.html", form=form, table=table, title=table.name)
    if request.method == "POST":
        table.mapping |= form.mapping()
        table.save()
    report = import_rows(
        table,
        table.pending["columns"],
        table.pending["rows"],
        user=request.user,
        doubtful=doubtful,
        dry_run="import" not in request.POST,
    )
    if "import" in request.POST and not report.prevents(doubtful):
        ImportedTable.objects.filter(pk=table.pk).update(pending=None)
        messages.success(request, _("Imported: %s") % _in_words(report))
        return HttpResponseRedirect(reverse("admin:incidents_incident_changelist"))
    rows = [
        {"row": row, "outcome": OUTCOMES[row.outcome], "url": row.incident and change_url(row.incident)}
        for row in sorted(report.rows, key=lambda row: list(OUTCOMES).index(row.outcome), reverse=True)
    ]
    return _page(
        model_admin, request, "table.html",
        form=form, table=table, title=table.name, report=report, in_words=_in_words(report), rows=rows[:MAX_ROWS_SHOWN],
        more=max(0, len(rows) - MAX_ROWS_SHOWN), prevented="import" in request.POST, doubtful=doubtful,
    )  # fmt: skip


def _in_words(report):
    return listed(f"{report.counts[name]} {label}" for name, label in OUTCOMES.items() if report.counts[name])


def _check(model_admin, request):
    if not model_admin.has_add_permission(request):
        raise PermissionDenied


def _address(table):
    return reverse("admin:incidents_incident_import_table", args=[table.pk])


def _page(model_admin, request, template, **context):
    context |= model_admin.admin_site.each_context(request) | {
        "opts": Incident._meta,
        "media": model_admin.media,
    }
    return TemplateResponse(request, f"admin/incidents/incident/{template}", context)
