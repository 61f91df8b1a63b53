"""The public pages: load, check, render. Each starts from a public queryset and hands records to a template."""

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import choices
from .exports import FORMATS
from .filters import IncidentFilter
from .models import Account, Incident, Party, Platform
from .records import account_record, incident_record, incident_row, party_record, platform_record
from .stats import figures_of, home_figures, incidents_of
from .story import citation_text, listed, story

PAGE_SIZE = 25
NEWEST = 5


@require_safe
def home(request):
    incidents = Incident.objects.listed().with_related()
    return render(
        request,
        "incidents/home.html",
        {
            "figures": home_figures(),
            "newest": rows(incidents.newest()[:NEWEST]),
            "changed": rows(incidents.recently_changed()[:NEWEST]),
        },
    )


@require_safe
def incident_list(request):
    listing = IncidentFilter(request.GET, Incident.objects.listed())
    errors, pages = dict(listing.errors), Paginator(listing.qs.with_related(), PAGE_SIZE)
    if not errors:
        try:
            page = pages.page(listing.asked["page"] or 1)
        except InvalidPage:
            errors["page"] = [
                _("There is no page %(page)s; the last one is %(last)d.")
                % {
                    "page": request.GET["page"],
                    "last": pages.num_pages,
                }
            ]
    found = (
        {}
        if errors
        else {
            "parts": listing.parts(),
            "words": listing.words(pages.count),
            "rows": rows(page),
            "pages": paging(page),
        }
    )
    return render(
        request,
        "incidents/incident_list.html",
        {"errors": errors, "groups": listing.groups(), "formats": list(FORMATS), "query": listing.query}
        | found,
    )


@require_safe
def incident_download(request, suffix):
    """The whole listing in another format; what is not understood gets a problem document, never a wider file."""
    if suffix not in FORMATS:
        raise Http404
    listing = IncidentFilter(request.GET, Incident.objects.listed())
    if not listing.is_valid():
        return problem(listing.errors)
    name = "incidents-selected" if listing.parts() else "incidents"
    return download(request, FORMATS[suffix], listing.qs, f"{name}-{timezone.now():%Y-%m-%d}.{suffix}")


@require_safe
def incident_file(request, ref, suffix):
    """One incident in another format."""
    found = Incident.objects.public().filter(ref=ref)
    if suffix not in FORMATS or not found.exists():
        raise Http404
    return download(request, FORMATS[suffix], found, f"{ref}.{suffix}")


def download(request, chosen, incidents, name):
    """A file written while it is read; asking for its head alone writes nothing."""
    return StreamingHttpResponse(
        () if request.method == "HEAD" else chosen.write(incidents),
        content_type=chosen.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def problem(errors):
    """Status 400 as RFC 9457 has it, with each parameter that was not understood."""
    document = {
        "title": _("The query was not understood"),
        "status": 400,
        "detail": _("Nothing was guessed or left out. Correct these parameters and ask again."),
        "errors": [
            {"parameter": name, "detail": sentence}
            for name, sentences in errors.items()
            for sentence in sentences
        ],
    }
    return JsonResponse(document, status=400, content_type="application/problem+json")


@require_safe
def incident(request, ref):
    found = Incident.objects.public().with_story().filter(ref=ref).first()
    if not found:
        return gone(request, ref)
    record = incident_record(found)
    cite = citation_text(record, site=settings.SITE_NAME, address=request.build_absolute_uri(request.path))
    return render(
        request,
        "incidents/incident.html",
        {"incident": record, "cite": cite, "formats": list(FORMATS), **story(record)},
    )


def gone(request, ref):
    """In the place of an incident that was public once: the one that tells its story now, or the reason."""
    incident = get_object_or_404(Incident.objects.gone().select_related("merged_into"), ref=ref)
    if incident.merged_into:
        return redirect("incident", incident.merged_into.ref, permanent=True)
    context = {"ref": incident.ref, "reason": incident.withdrawn_reason}
    return render(request, "incidents/gone.html", context, status=410)


@require_safe
def platform_list(request):
    found = Platform.objects.public().with_incident_counts().order_by("name", "slug")
    platforms = [platform_record(platform) | {"incidents": platform.incidents} for platform in found]
    return render(request, "incidents/platform_list.html", {"platforms": platforms})


@require_safe
def platform(request, slug):
    found = get_object_or_404(Platform.objects.public(), slug=slug)
    return subject(request, "platform", found, platform_record(found))


@require_safe
def account(request, slug):
    found = get_object_or_404(Account.objects.public().with_keys(), slug=slug)
    return subject(request, "account", found, account_record(found))


@require_safe
def party(request, slug):
    found = get_object_or_404(Party.objects.public(), slug=slug)
    return subject(request, "party", found, party_record(found))


def subject(request, name, found, record):
    """A platform, account or party: what is told of it, what is counted, and its incidents."""
    pages = Paginator(incidents_of(found).with_related(), PAGE_SIZE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    context = {name: record, "figures": figures_of(found), "rows": rows(page), "pages": paging(page)}
    return render(request, f"incidents/{name}.html", context)


@require_safe
def about(request):
    vocabularies = [
        (_("What was done"), choices.ActionType),
        (_("Did it take place"), choices.Occurrence),
        (_("What a start date is"), choices.StartBasis),
        (_("Status"), choices.Status),
        (_("Why it ended"), choices.EndCause),
        (_("Announced term"), choices.Term),
        (_("Where it took effect"), choices.Scope),
        (_("Who decided"), choices.Automation),
        (_("Was a reason given"), choices.ReasonStatus),
        (_("Kinds of statement"), choices.JustificationKind),
        (_("Stated grounds"), choices.Ground),
        (_("How something was said"), choices.Modality),
        (_("To whom it was said"), choices.Audience),
        (_("Parts that others had"), choices.Role),
        (_("How certain that is"), choices.Certainty),
        (_("What came of it"), choices.Outcome),
        (_("Kinds of account"), choices.AccountKind),
        (_("Kinds of platform"), choices.PlatformKind),
        (_("Kinds of party"), choices.PartyKind),
        (_("Kinds of source"), choices.CSLType),
        (_("How a source came about"), choices.Derivation),
        (_("How a source’s date is known"), choices.IssuedBasis),
        (_("What a source does for a statement"), choices.Stance),
        (_("How incidents are related"), choices.RelationKind),
        (_("Kinds of incident"), choices.IncidentKind),
    ]
    return render(
        request,
        "incidents/about.html",
        {
            "vocabularies": [
                {"title": title, "anchor": vocabulary.anchor_of_all(), "words": list(vocabulary)}
                for title, vocabulary in vocabularies
            ],
            "counted_types": [each for each in choices.ActionType if each in choices.COUNTED_TYPES],
            "counted_occurrences": [
                each for each in choices.Occurrence if each in choices.COUNTED_OCCURRENCES
            ],
        },
    )


def rows(incidents):
    """What a list tells of each of these incidents."""
    return [listed(incident_row(incident)) for incident in incidents]


def paging(page):
    """Where in a list of several pages we are; records come beside it."""
    return {
        "number": page.number,
        "last": page.paginator.num_pages,
        "previous": page.number - 1 if page.has_previous() else None,
        "next": page.number + 1 if page.has_next() else None,
        "count": page.paginator.count,
        "first_row": page.start_index(),
        "last_row": page.end_index(),
    }


def site(request):
    """What every page shows: the site's name and the licence of its data."""
    return {
        "site_name": settings.SITE_NAME,
        "license": settings.DATA_LICENSE,
        "license_url": settings.DATA_LICENSE_URL,
    }
