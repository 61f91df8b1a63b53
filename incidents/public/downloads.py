"""Files: a list or an incident in each export format, an incident as a reference, and the page about all of them."""

from functools import lru_cache
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import cast

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..exports import FORMATS, Selection, sizes, snapshot, write
from ..exports.sqlite_file import datasette_metadata
from ..index import read_record, record_of
from ..index.routers import PRIMARY, reading
from ..listing.filters import IncidentFilter
from ..listing.listing import Listing
from ..listing.sentence import Sentence
from ..models import Incident, PublicIncident
from ..signing import known_key
from .caching import public_page, version_number
from .citations import CITATION_FORMATS, incident_item, list_citation, source_item
from .linked_data import describe_dataset
from .parameters import unknown_parameters
from .prepared import prepared_file
from .presenters.wording import worded
from .problem_details import invalid_parameters, problem_response


@require_safe
@public_page(parameters=None)
def incident_download(request, suffix):
    """A whole list in an export format. Invalid parameters return 400, never a wider list."""
    if suffix not in FORMATS and suffix not in CITATION_FORMATS:
        raise Http404
    query = request.GET.copy()
    if suffix == "csv":
        query.pop("bom", None)  # a choice about the file, not a filter
    incident_filter = IncidentFilter(query, using=reading.get(), dataset_version=request.dataset_version)
    if not incident_filter.is_valid():
        return invalid_parameters(incident_filter.errors)
    name = "incidents-selected" if Sentence(incident_filter).parts else "incidents"
    name += f"-{version_number(request)}.{suffix}"
    if suffix in CITATION_FORMATS:
        export = CITATION_FORMATS[suffix]
        return sent(
            request, export.content_type, list_references(request, export, incident_filter.listing), name
        )
    is_of_everything = not incident_filter.query and "bom" not in request.GET
    has_own_words = (
        get_language() != settings.LANGUAGE_CODE
    )  # such as the titles of the columns in a data package
    if is_of_everything and not has_own_words and (file := prepared_file(suffix, request.dataset_version)):
        return sent_file(request, FORMATS[suffix].content_type, file, name)
    address = request.build_absolute_uri(
        reverse("incident_list") + (f"?{incident_filter.query}" if incident_filter.query else "")
    )
    selection = Selection.of(incident_filter, dataset_version=request.dataset_version, address=address)
    return download(request, suffix, selection, name)


@require_safe
@public_page(parameters=None)
def incident_file(request, ref, suffix):
    """One incident in an export format, or as a reference."""
    if unknown := unknown_parameters(request.GET, known=("bom",) if suffix == "csv" else ()):
        return invalid_parameters(unknown)
    if suffix in CITATION_FORMATS:
        return citation(request, ref, suffix)
    incidents = Incident.objects.filter(ref=ref, public_incident__ref=ref)
    if suffix not in FORMATS or not incidents.exists():
        raise Http404
    address = request.build_absolute_uri(reverse("incident", args=[ref]))
    selection = Selection.of_incidents(incidents.using(reading.get()), address=address)
    return download(request, suffix, selection, f"{ref}.{suffix}")


def citation(request, ref, suffix):
    """An incident as a reference, for reference managers: its latest revision, which stays at its address."""
    incident = get_object_or_404(PublicIncident, ref=ref)
    item = incident_item(
        worded(record_of(incident)),
        address=request.build_absolute_uri(reverse("revision", args=[ref, incident.revision])),
        revision=incident.revision,
        version=version_number(request),
    )
    return references(suffix, [item], name=ref)


@require_safe
@public_page
def sources_file(request, ref, suffix):
    """The sources that an incident cites, as references."""
    if suffix not in CITATION_FORMATS:
        raise Http404
    record = record_of(get_object_or_404(PublicIncident, ref=ref))
    return references(suffix, map(source_item, record["sources"]), name=f"{ref}-sources")


def list_references(request, export, listing):
    """The incidents of a list as references, out of one state of the database."""
    with snapshot(listing.reader.using):
        items = (
            incident_item(
                record,
                address=request.build_absolute_uri(reverse("revision", args=[record["ref"], revision])),
                revision=revision,
                version=version_number(request),
            )
            for packed, revision in listing.entries("record", "revision")
            for record in [worded(read_record(packed))]
        )
        yield from (piece.encode() for piece in export.write(items))


def references(suffix, items, *, name):
    export = CITATION_FORMATS[suffix]
    return HttpResponse(
        "".join(export.write(items)),
        content_type=export.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )


class SlotHolder:
    """The pieces of a file, and the slot that it holds until it is sent or its reader has gone."""

    def __init__(self, pieces):
        self.pieces, self.holds = iter(pieces), True

    def __iter__(self):
        return self.pieces

    def close(self):
        if self.holds:
            self.holds = False
            download_slots.release()
            if close := getattr(self.pieces, "close", None):
                close()  # so that what was begun in the database ends now


# How many files each process writes at a time: readers of pages must find a thread, however slowly files are taken.
download_slots = BoundedSemaphore(settings.DOWNLOADS)


def download(request, suffix, selection, name):
    """A selection in an export format."""
    options = {"bom": True} if suffix == "csv" and request.GET.get("bom") == "1" else {}
    return sent(request, FORMATS[suffix].content_type, write(suffix, selection, **options), name)


def sent(request, content_type, pieces, name):
    """A file that is written while it is sent. A HEAD request writes nothing."""
    if request.method != "HEAD" and not download_slots.acquire(blocking=False):
        response = problem_response(503, _("Too many downloads"), _("Try again in a minute."))
        response["Retry-After"] = "60"
        return response
    return StreamingHttpResponse(
        () if request.method == "HEAD" else SlotHolder(pieces),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Dataset-Version": str(version_number(request)),
        },
    )


def sent_file(request, content_type, file, name):
    """A file that has been prepared. Who has a part of it gets the rest."""
    response = sent(request, content_type, file, name)
    if response.status_code != HTTPStatus.OK or request.method == "HEAD":
        file.close()
    if response.status_code == HTTPStatus.OK:
        response.file = file
        response["Accept-Ranges"], response["Content-Length"] = "bytes", str(file.size)
    return response


@lru_cache(maxsize=1)
def _totals(dataset_version):
    """How many incidents, actions and background events a dataset version has, and the sizes of its files, which take a second
    to compute.

    Whatever host the request names: the address of the list is in few files, once in each.
    """
    everything = Selection.of_everything(PRIMARY, address=settings.SITE_URL + reverse("incident_list"))
    lines = cast(Listing, everything.incidents).lines()
    return everything.count, lines, len(everything.background), sizes(everything)


@require_safe
@public_page
def data(request):
    """The page about the data: each format with its size and its use, examples, and how to cite them."""
    address = request.build_absolute_uri(reverse("incident_list"))
    number, lines, background, size = _totals(request.dataset_version)
    context = {
        "formats": [(name, form, *size[name]) for name, form in FORMATS.items()],
        "number": number,
        "lines": lines,
        "background": background,
        "cite": list_citation(_("all incidents"), address=address, version=version_number(request)),
        "root": request.build_absolute_uri("/").rstrip("/"),
        "signing_key": known_key(),
        "described": describe_dataset(request, request.dataset_version),
    }
    return render(request, "incidents/data.html", context)


@require_safe
@public_page
def datasette(request):
    """What Datasette shows about the SQLite file."""
    metadata = datasette_metadata(request.build_absolute_uri(reverse("incident_list")))
    return JsonResponse(metadata, json_dumps_params={"indent": 1, "ensure_ascii": False})
