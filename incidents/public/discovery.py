"""What crawlers and browsers ask for: the site map, robots.txt, the search description, whom to tell of a hole."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import PublicIncident
from .caching import public_page

A_PAGE = 5_000
PAGES = ("home", "incident_list", "platform_list", "data", "changes", "about")


@require_safe
@public_page
def site_map(request):
    """The parts of the site map: the pages of the site, and spans of incidents by their keys, so that each is cheap."""
    last = PublicIncident.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    parts = ["pages", *(str(number) for number in range(last // A_PAGE + 1))]
    addresses = [request.build_absolute_uri(reverse("site_map_part", args=[part])) for part in parts]
    return render(request, "sitemap_index.xml", _index(addresses), content_type="application/xml")


def _index(addresses):
    return {"sitemaps": [{"location": address, "last_mod": None} for address in addresses]}


@require_safe
@public_page
def site_map_part(request, part):
    if part == "pages":
        entries = [{"location": request.build_absolute_uri(reverse(name)), "lastmod": None} for name in PAGES]
    elif part.isascii() and part.isdigit() and len(part) < 10:
        first = int(part) * A_PAGE
        found = PublicIncident.objects.filter(pk__gte=first, pk__lt=first + A_PAGE).order_by("pk")
        entries = [
            {"location": request.build_absolute_uri(reverse("incident", args=[ref])), "lastmod": changed}
            for ref, changed in found.values_list("ref", "changed_at")
        ]
    else:
        raise Http404
    return render(request, "sitemap.xml", {"urlset": entries}, content_type="application/xml")


@require_safe
def robots(request):
    lines = (
        "User-agent: *",
        "Disallow: /admin/",
        f"Sitemap: {request.build_absolute_uri(reverse('site_map'))}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def open_search(request):
    """OpenSearch 1.1: lets a browser add the search to its own."""
    context = {"address": request.build_absolute_uri(reverse("incident_list"))}
    media_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "incidents/opensearch.xml", context, content_type=media_type)


@require_safe
def security(request):
    """RFC 9116, if there is somebody to tell."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri()}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
