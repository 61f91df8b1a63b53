"""The public pages: load, check, render. Each reads the public archive and hands records to a template."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from .. import choices
from ..exports import FORMATS
from ..index import read_record, record_of
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..listing.criteria import Criteria
from ..listing.listing import Listing
from ..listing.ordering import fields_in_order
from ..listing.stats import home_figures
from ..models import Incident, PublicChange, PublicIncident
from .caching import public_page, version_number
from .citations import CITATION_FORMATS, incident_citation
from .linked_data import describe_incident
from .listings import PAGE_SIZE, rows
from .presenters import incident_page
from .revisions import differences, history, record_at, with_titles

NEWEST = 5


@require_safe
@public_page
def home(request):
    reader = index_reader(reading.get(), request.dataset_version)
    newest, changed = Listing(reader, Criteria()), Listing(reader, Criteria(order="changed"))
    return render(
        request,
        "incidents/home.html",
        {
            "figures": home_figures(reader),
            "newest": rows(newest.page(NEWEST).keys),
            "changed": [
                read_record(bytes(record))
                for (record,) in fields_in_order(reading.get(), changed.page(NEWEST).keys, ["record"])
            ],
        },
    )


@require_safe
@public_page
def incident(request, ref):
    entry = PublicIncident.objects.filter(ref=ref).only("record", "revision").first()
    if not entry:
        return gone(request, ref)
    record, address = record_of(entry), request.build_absolute_uri(request.path)
    cite = incident_citation(
        record, address=address, revision=entry.revision, version=version_number(request)
    )
    context = {
        "cite": cite,
        "formats": list(FORMATS),
        "forms": list(CITATION_FORMATS),
        "history": history(ref),
    }
    context |= {"described": describe_incident(record, address), "address": address}
    return render(
        request, "incidents/incident.html", {"incident": record, **context, **incident_page(record)}
    )


@require_safe
@public_page
def revision(request, ref, number):
    """An incident as it was told once, and what has changed in it since the revision before."""
    record, before = record_at(ref, number), record_at(ref, number - 1)
    changes = history(ref)
    this = next((change for change in changes if change.number == number), None)
    if not this or not PublicIncident.objects.filter(ref=ref).exists():
        raise Http404
    address = request.build_absolute_uri(request.path)
    context = {"ref": ref, "change": this, "history": changes, "address": address}
    context["differences"] = differences(before, record) if record and before else []
    if not record:
        return render(request, "incidents/revision.html", context, status=404)
    context["cite"] = incident_citation(
        record, address=address, revision=number, version=this.dataset_version
    )
    return render(request, "incidents/revision.html", context | {"incident": record, **incident_page(record)})


@require_safe
@public_page
def changes(request):
    """What was published, changed, withdrawn or merged, the latest first."""
    found = PublicChange.objects.order_by("-pk").defer("before")
    if before := request.GET.get("before", ""):
        if not (before.isascii() and before.isdigit() and len(before) < 19):
            raise Http404
        found = found.filter(pk__lt=int(before))
    listed_here = with_titles(found[: PAGE_SIZE + 1])
    more = len(listed_here) > PAGE_SIZE
    rows_shown = listed_here[:PAGE_SIZE]
    context = {"changes": rows_shown, "older": rows_shown[-1].pk if more else None, "begins": not before}
    return render(request, "incidents/changes.html", context)


def gone(request, ref):
    """In the place of an incident that was public once: the one that tells its story now, or the reason."""
    incident = get_object_or_404(Incident.objects.gone().select_related("merged_into"), ref=ref)
    if incident.merged_into:
        return redirect("incident", incident.merged_into.ref, permanent=True)
    context = {"ref": incident.ref, "reason": incident.withdrawn_reason}
    return render(request, "incidents/gone.html", context, status=410)


@require_safe
@public_page
def about(request):
    return render(
        request,
        "incidents/about.html",
        {
            "vocabularies": choices.Vocabulary.public(),
            "counted_types": [each for each in choices.ActionType if each in choices.COUNTED_TYPES],
            "counted_occurrences": [
                each for each in choices.Occurrence if each in choices.COUNTED_OCCURRENCES
            ],
        },
    )


def site(request):
    """What every page shows: the site's name and the licence of its data."""
    return {
        "site_name": settings.SITE_NAME,
        "license": settings.DATA_LICENSE,
        "license_url": settings.DATA_LICENSE_URL,
        "version": version_number(request) if hasattr(request, "dataset_version") else None,
    }
