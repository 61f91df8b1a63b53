"""What crawlers and browsers ask for: the sitemap, robots.txt, the search description, and the security contact."""

import re
import textwrap
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..index.facets import FACET, NONE
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..languages import language_tag, local_name, path_in
from ..models import PublicIncident
from .caching import public_page

KEYS_PER_SITE_MAP = 2_000
MAX_NAME_CHARACTERS = 16  # of a search, in OpenSearch 1.1
PAGES = (
    "home",
    "incident_list",
    "platform_list",
    "party_list",
    "account_list",
    "reason_list",
    "country_list",
    "topic_list",
    "source_list",
    "charts",
    "data",
    "changes",
    "about",
    "imprint",
)
# The pages of what incidents show, by the facet that has their keys.
SUBJECTS = {
    "platform": "platform",
    "party": "party",
    "account": "account",
    "reason": "ground",
    "country": "country",
    "topic": "topic",
    "source": "source",
}
PART = re.compile(r"(?P<name>[a-z]+)-(?P<number>[0-9]{1,6})", re.ASCII)
PLAIN_TEXT = "text/plain; charset=utf-8"


@require_safe
@public_page
def site_map(request):
    """The parts of the sitemap: the fixed pages, and ranges of incidents by primary key, each of them quick to read."""
    last = PublicIncident.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    parts = ["pages", *(str(number) for number in range(last // KEYS_PER_SITE_MAP + 1))]
    of_part = PublicIncident.objects.annotate(part=F("pk") / KEYS_PER_SITE_MAP).values_list("part")
    last_changed = {str(part): at for part, at in of_part.annotate(at=Max("changed_at")).order_by()}
    for name in SUBJECTS:
        parts += [f"{name}-{n}" for n in range(-(-len(_keys(request, name)) // KEYS_PER_SITE_MAP))]
    site_maps = [
        {
            "location": request.build_absolute_uri(reverse("site_map_part", args=[part])),
            "last_mod": last_changed.get(part),
        }
        for part in parts
    ]
    return render(request, "sitemap_index.xml", {"sitemaps": site_maps}, content_type="application/xml")


@require_safe
@public_page
def site_map_part(request, part):
    if part == "pages":
        pages: list[tuple[str, datetime | None]] = [(reverse(name), None) for name in PAGES]
    elif part.isascii() and part.isdigit() and len(part) < 10:
        first = int(part) * KEYS_PER_SITE_MAP
        incidents = PublicIncident.objects.filter(pk__gte=first, pk__lt=first + KEYS_PER_SITE_MAP)
        pages = [
            (reverse("incident", args=[ref]), changed_at)
            for ref, changed_at in incidents.order_by("pk").values_list("ref", "changed_at")
        ]
    elif (subject := PART.fullmatch(part)) and subject["name"] in SUBJECTS:
        name, first = subject["name"], int(subject["number"]) * KEYS_PER_SITE_MAP
        keys = _keys(request, name)[first : first + KEYS_PER_SITE_MAP]
        pages = [(reverse(name, args=[key]), None) for key in keys]
    else:
        raise Http404
    root = request.build_absolute_uri("/").rstrip("/")
    urls = [
        ({language_tag(code): root + path_in(code, path) for code, _name in settings.LANGUAGES}, last_changed)
        for path, last_changed in pages
    ]
    return render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")


def _keys(request, name):
    return subject_keys(index_reader(reading.get(), request.dataset_version), name)


def subject_keys(reader, name):
    """The keys of all platforms, parties or the like that a public document shows, in their order."""
    prefix = FACET[SUBJECTS[name]].term("")
    counts = reader.cardinalities(prefix)
    return sorted({term.removeprefix(prefix) for term, number in counts.items() if number} - {NONE})


@require_safe
def robots(request):
    lines = (
        "User-agent: *",
        *(f"Disallow: {path_in(code, '/admin/')}" for code, _name in settings.LANGUAGES),
        f"Sitemap: {request.build_absolute_uri(reverse('site_map'))}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN_TEXT)


@require_safe
def open_search(request):
    """An OpenSearch 1.1 description, with which a browser adds the search to its own."""
    name = textwrap.shorten(local_name(settings.SITE_NAME), MAX_NAME_CHARACTERS, placeholder="")
    context = {
        "address": request.build_absolute_uri(reverse("incident_list")),
        "name": name or local_name(settings.SITE_NAME)[:MAX_NAME_CHARACTERS],
    }
    media_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "incidents/opensearch.xml", context, content_type=media_type)


@require_safe
def security(request):
    """RFC 9116; not found unless the settings name a contact."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri()}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN_TEXT)
