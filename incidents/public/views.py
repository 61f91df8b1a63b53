"""The public pages: load, check, render. Each reads the public archive and hands records to a template."""

from functools import lru_cache

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .. import choices
from ..exports import FORMATS
from ..index import read_record, record_of
from ..index.documents import NAMES, passages
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..index.terms import VALUE
from ..listing.filters import IncidentFilter
from ..listing.listing import Asked, Cursor, Listing, fields_in_order
from ..listing.stats import figures_of, home_figures, platform_counts
from ..listing.suggestions import spelling_suggestions
from ..models import Account, Incident, Party, Platform, PublicChange, PublicIncident
from ..records import account_record, party_record, platform_record
from .caching import public_page, version_number
from .citations import CITATION_FORMATS, incident_citation, list_citation
from .linked_data import describe_incident
from .presenters import ROW_FIELDS, incident_page, incident_row
from .revisions import differences, history, record_at, with_titles

PAGE_SIZE = 25
NEWEST = 5


@require_safe
@public_page
def home(request):
    reader = index_reader(reading.get(), request.dataset_version)
    newest, changed = Listing(reader, Asked()), Listing(reader, Asked(order="changed"))
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
def incident_list(request):
    listing = IncidentFilter(request.GET, using=reading.get(), dataset_version=request.dataset_version)
    context = {"errors": listing.errors, "groups": listing.groups(), "formats": list(FORMATS)}
    context |= {"query": listing.query, "listing": listing}
    if listing.is_valid():
        page = listing.page(PAGE_SIZE)
        context |= {
            "parts": listing.parts,
            "words": listing.sentence(),
            "number": len(listing.listing),
            "years": listing.years(),
            "rows": rows(page.keys, listing.words),
            "cite": list_citation(
                listing.sentence(),
                address=request.build_absolute_uri(f"{request.path}?{listing.query}".rstrip("?")),
                version=version_number(request),
            ),
            "pages": paging(page, listing.at_page),
        }
        if not len(listing.listing):
            context |= {
                "spelling_suggestions": spelling_suggestions(listing),
                "relaxations": listing.relaxations(),
            }
    return render(request, "incidents/incident_list.html", context)


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
def platform_list(request):
    counts = platform_counts(index_reader(reading.get(), request.dataset_version))
    found = Platform.objects.filter(slug__in=counts).order_by("name", "slug")
    platforms = [platform_record(platform) | {"incidents": counts[platform.slug]} for platform in found]
    return render(request, "incidents/platform_list.html", {"platforms": platforms})


@require_safe
@public_page
def platform(request, slug):
    return subject(request, "platform", Platform.objects.all(), slug, platform_record, f"{VALUE}on={slug}/")


@require_safe
@public_page
def account(request, slug):
    accounts = Account.objects.select_related("platform", "holder")
    return subject(request, "account", accounts, slug, account_record, f"{VALUE}account={slug}")


@require_safe
@public_page
def party(request, slug):
    return subject(request, "party", Party.objects.all(), slug, party_record, f"{VALUE}of={slug}/")


def subject(request, name, records, slug, told, accounts):
    """A platform, account or party that a public incident shows: what is told of it, what is counted, its incidents."""
    reader = index_reader(reading.get(), request.dataset_version)
    if not reader.whole(f"{VALUE}{name}={slug}"):
        raise Http404
    listing, place = Listing(reader, Asked({name: [slug]})), {}
    for edge in ("after", "before"):
        if written := request.GET.get(edge):
            try:
                place[edge] = Cursor.read(written, "newest")
            except ValueError as error:
                raise Http404 from error
    page = listing.page(PAGE_SIZE, **dict(list(place.items())[:1]))
    # Counted are the actions on a party's own accounts, listed all incidents in which it had a part.
    own = Listing(reader, Asked({"holder": [slug]})) if name == "party" else listing
    context = {
        name: told(records.get(slug=slug)),
        "figures": figures_of(own, accounts),
        "number": len(listing),
        "rows": rows(page.keys),
        "pages": paging(page, lambda **place: "&".join(f"{edge}={at}" for edge, at in place.items())),
    }
    return render(request, f"incidents/{name}.html", context)


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


def rows(keys, query=None):
    """The rows of a list as the pages show them, with the places of the words that were looked for."""
    as_row = row.__wrapped__ if settings.DEBUG else row
    records = fields_in_order(reading.get(), keys, ["record"])
    return [as_row(bytes(record), query, get_language()) for (record,) in records]


@lru_cache(maxsize=2_000)
def row(record, query, language):
    """A row of the list in a language. An unchanged record asked for in the same way is not told again."""
    known = read_record(record, ROW_FIELDS)
    context = {"row": incident_row(known)}
    if query:
        context["marked"] = query.highlight(known["title"], NAMES)
        context["excerpt"] = query.snippet(passages(known))
    return render_to_string("incidents/_incident_row.html", context)


def paging(page, query):
    """The query strings of the first, previous and next page; none where there is no such page."""
    return {
        "first": query() if page.has_previous else None,
        "previous": query(before=page.first) if page.has_previous and page.first else None,
        "next": query(after=page.last) if page.has_next else None,
    }


def site(request):
    """What every page shows: the site's name and the licence of its data."""
    return {
        "site_name": settings.SITE_NAME,
        "license": settings.DATA_LICENSE,
        "license_url": settings.DATA_LICENSE_URL,
        "version": version_number(request) if hasattr(request, "dataset_version") else None,
    }
