"""Pages other than lists: each loads public records, checks the request and renders a template."""

import sys
from functools import cache
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import choices
from ..exports import FORMATS
from ..index import read_record, record_of
from ..index.routers import PRIMARY, reading
from ..languages import ORIGINAL, languages_of, local_name
from ..listing.charts import chart_numbers
from ..listing.criteria import Criteria
from ..listing.filters import IncidentFilter
from ..listing.listing import Listing
from ..listing.ordering import fields_in_order
from ..models import Incident, PublicChange, PublicIncident
from .caching import public_page, version_number
from .charts import drawn
from .citations import CITATION_FORMATS, incident_citation
from .linked_data import describe_incident
from .listings import list_rows
from .parameters import refuse, unknown_parameters
from .presenters import (
    incident_page,
    lead_case,
    localized,
    other_languages,
    successions,
    translation_of_page,
    with_related_worded,
    worded,
)
from .presenters.charts import chart, labelled
from .revisions import SHOWN_KINDS, differences, history, older_than, record_at, with_titles

HOME_LIST_SIZE = 5
WAYS_IN = ("platforms", "reasons", "countries", "topics")
CHANGES_PAGE_SIZE = 25


@require_safe
@public_page
def home(request):
    incident_filter = IncidentFilter(
        QueryDict(), using=reading.get(), dataset_version=request.dataset_version
    )
    newest = incident_filter.page(HOME_LIST_SIZE)
    changed = Listing(incident_filter.reader, Criteria(order="changed")).page(HOME_LIST_SIZE)
    context = {
        **front_page_figures(incident_filter),
        "lead": lead_case(records_of(newest.keys)),
        "newest": list_rows(newest.keys),
        "changed": map(worded, records_of(changed.keys)),
    }
    return render(request, "incidents/home.html", context)


def records_of(keys):
    """The records of incidents, in the order of their keys."""
    found = fields_in_order(reading.get(), keys, ["record"])
    return [read_record(bytes(record)) for (record,) in found]


def front_page_figures(incident_filter):
    """The numbers of the front page, each that of the list it leads to."""
    ways = {name: chart_numbers(incident_filter, name) for name in WAYS_IN}
    numbers = {
        (name, row.value): mark
        for name in ("reason-changes", "outcomes", "reason-given")
        for row, mark in labelled(chart_numbers(incident_filter, name))
    }
    return {
        "number": len(incident_filter.listing),
        "actions": incident_filter.listing.counted_action_count(),
        "finding": drawn(incident_filter, "reason-changes"),
        "picture": drawn(incident_filter, "reasons"),
        "changed_story": numbers.get(("reason-changes", "changed")),
        "in_force": numbers.get(("outcomes", "in_force")),
        "unexplained": numbers.get(("reason-given", "none_stated")),
        "ways": [chart(found, "") for found in ways.values() if found.known],
    }


@require_safe
@public_page
def incident(request, ref):
    public = PublicIncident.objects.filter(ref=ref).only("record", "revision").first()
    if not public:
        return gone(request, ref)
    record, address = for_reader(record_of(public)), request.build_absolute_uri(request.path)
    accounts = [action["account"]["slug"] for action in record["actions"]]
    pages = {str(each["tag"]): str(each["path"]) for each in languages_of(request)}
    context = {
        "incident": record,
        **incident_page(record, successions(accounts)),
        "address": address,
        "cite": incident_citation(
            record,
            address=request.build_absolute_uri(reverse("revision", args=[ref, public.revision])),
            revision=public.revision,
            version=version_number(request),
        ),
        "formats": list(FORMATS),
        "forms": list(CITATION_FORMATS),
        "in_other_languages": other_languages(record, pages),
        "translation": translation_of_page(record),
        "revision": public.revision,
        "history": history(ref),
        "described": describe_incident(record, address),
        "evidence_page": reverse("incident_sources", args=[ref]),
    }
    return render(request, "incidents/incident.html", context)


@require_safe
@public_page
def incident_sources(request, ref):
    """The sources of an incident with the words cited from each, and what they are cited for."""
    public = PublicIncident.objects.filter(ref=ref).only("record").first()
    if not public:
        return gone(request, ref)
    record = for_reader(record_of(public))
    return render(request, "incidents/sources.html", {"incident": record, **incident_page(record)})


def for_reader(record):
    """A record in the reader's language as far as it is translated, with the titles of related incidents; in one more query
    unless that is the language of the originals."""
    related = {relation["incident"]["ref"] for relation in record["relations"]}
    found = PublicIncident.objects.filter(ref__in=related) if (get_language() or ORIGINAL) != ORIGINAL else ()
    return with_related_worded(localized(record), {each.ref: record_of(each) for each in found})


def gone(request, ref):
    """The answer in place of an incident that was public: a redirect if it was merged, otherwise why it was withdrawn."""
    incident = get_object_or_404(Incident.objects.gone().select_related("merged_into"), ref=ref)
    if incident.merged_into:
        return redirect("incident", incident.merged_into.ref, permanent=True)
    context = {"ref": incident.ref, "reason": incident.withdrawn_reason}
    return render(request, "incidents/gone.html", context, status=410)


@require_safe
@never_cache
def revision(request, ref, number):
    """An incident at one revision, and what changed from the previous one.

    Never kept: what it may show depends on what is taken back from today's records, even if no public record changes.
    """
    if unknown := unknown_parameters(request.GET, known=()):
        return refuse(request, unknown)
    reading.set(PRIMARY)  # a replica may be behind with what is not public
    changes = history(ref)
    change = next((each for each in changes if each.number == number), None)
    if not change or not PublicIncident.objects.filter(ref=ref).exists():
        raise Http404
    address = request.build_absolute_uri(request.path)
    context = {"ref": ref, "change": change, "history": changes, "address": address}
    context["latest"] = max(each.number for each in changes if each.kind in SHOWN_KINDS)
    record, before = record_at(ref, number), record_at(ref, number - 1)
    if not record:
        return render(request, "incidents/revision.html", context, status=404)
    shown = for_reader(record)
    context |= {
        "incident": shown,
        **incident_page(shown),
        "differences": differences(before, record) if before else [],
        "cite": incident_citation(shown, address=address, revision=number, version=change.dataset_version),
    }
    return render(request, "incidents/revision.html", context)


@require_safe
@public_page(parameters=("before",))
def changes(request):
    """What was published, changed, withdrawn or merged, the latest first."""
    before = request.GET.get("before", "")
    try:
        found = older_than(PublicChange.objects.order_by("-pk").defer("before"), before)
    except ValueError:
        return refuse(request, {"before": [_("Give a number that a link to earlier changes has.")]})
    latest = with_titles(found[: CHANGES_PAGE_SIZE + 1])
    page, has_older = latest[:CHANGES_PAGE_SIZE], len(latest) > CHANGES_PAGE_SIZE
    older = page[-1].change.pk if has_older else None
    context = {"changes": page, "older": older, "begins": not before}
    return render(request, "incidents/changes.html", context)


@require_safe
@public_page
def about(request):
    context = {
        "counted_types": [each for each in choices.ActionType if each in choices.COUNTED_TYPES],
        "counted_occurrences": [each for each in choices.Occurrence if each in choices.COUNTED_OCCURRENCES],
    }
    return render(request, "incidents/about.html", context)


@require_safe
@public_page
def imprint(request):
    """Who runs this site, how to reach them, how errors are corrected, and what is known of readers."""
    context = {
        "operator": settings.OPERATOR,
        "contact": settings.CONTACT,
        "contact_words": settings.CONTACT.removeprefix("mailto:"),
        "privacy_note": settings.PRIVACY_NOTE,
    }
    return render(request, "incidents/imprint.html", context)


def report_address(path):
    """Where to report an error on the page of this path: an e-mail that names it, a form, or the page about corrections."""
    if not settings.CONTACT:
        return reverse("imprint") + "#corrections"
    if not settings.CONTACT.startswith("mailto:"):
        return settings.CONTACT
    subject = _("%(site)s: error at %(path)s") % {"site": local_name(settings.SITE_NAME), "path": path}
    return f"{settings.CONTACT}{'&' if '?' in settings.CONTACT else '?'}{urlencode({'subject': subject}, quote_via=quote)}"


def site(request):
    """A context processor: what every page shows of the site and its data."""
    return {
        "site_name": local_name(settings.SITE_NAME),
        # Worked out where a page names it: what is wrong may be the name of the host.
        "origin": cache(lambda: f"{request.scheme}://{request.get_host()}"),
        "languages": languages_of(request),
        "report_address": report_address(request.path),
        "license": settings.DATA_LICENSE,
        "license_url": settings.DATA_LICENSE_URL,
        "version": version_number(request) if hasattr(request, "dataset_version") else None,
    }


def server_error(request):
    """What is answered if something fails: status 503 if that is the database, which may be away or take no changes."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError | InternalError):
        return defaults.server_error(request)
    words = render_to_string("503.html", {"was_sent": request.method not in ("GET", "HEAD")})
    return HttpResponse(words, status=503, headers={"Retry-After": "30"})
