"""Charts of a list: on one page, and each as a picture and as a table of its numbers, to take along or to embed."""

import csv
import io
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..index import read_record
from ..index.csv_rows import cell
from ..index.routers import reading
from ..languages import local_name
from ..lasting import has_ended
from ..listing.charts import CHARTS, chart_numbers, charts_of, ended
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..listing.sentence import Sentence
from ..locales import signs
from .caching import PublicRequest, public_page, version_number
from .parameters import refuse
from .pictures import png_response, svg_text
from .presenters import localized_row
from .presenters.charts import FILE_LABEL, PAGE_LABEL, Chart, chart
from .presenters.labels import broken_lines

MAX_RANGES = 20  # lengths that are drawn one by one; more are counted by length
TITLE_LINE, SUBTITLE_LINE, FOOT_LINE = 28, 24, 18  # pixels
SUBTITLE_COLUMNS, FOOT_COLUMNS = 92, 105
PNG_WIDTH = 1440  # pixels, twice those of the drawing
# What a list of charts begins with; the others say more of a single platform.
SCORES = ("reason-changes", "reasons", "reason-given", "actions", "outcomes", "durations", "behind")
MAIN = ("reason-changes", "reasons", "time", "platforms", "outcomes", "durations", "countries")


@require_safe
@public_page(parameters=None)
def charts(request):
    """The charts of a list, each with its numbers as a table."""
    incident_filter = _filter(request)
    if not incident_filter.is_valid():
        return refuse(request, incident_filter.errors)
    names = [name for name in charts_of(incident_filter) if name in MAIN]
    context = {
        "charts": [drawn(incident_filter, name) for name in names],
        "sentence": str(Sentence(incident_filter)),
        "query": incident_filter.query,
        **addresses(request, incident_filter),
    }
    return render(request, "incidents/charts.html", context)


@require_safe
@public_page(parameters=None)
def chart_file(request, name, suffix):
    """A chart as a picture that needs nothing else, or its numbers as a table. Invalid parameters return 400."""
    if name not in CHARTS or suffix not in ("svg", "png", "csv"):
        raise Http404
    incident_filter = _filter(request)
    if not incident_filter.is_valid():
        return refuse(request, incident_filter.errors)
    if name not in charts_of(incident_filter):
        raise Http404
    if suffix == "csv":
        return _table(request, incident_filter, name)
    svg = _picture(request, incident_filter, drawn(incident_filter, name, columns=FILE_LABEL))
    if suffix == "svg":
        response = HttpResponse(svg, content_type="image/svg+xml")
    else:
        # Where a font is missing here, the reader has one.
        query = f"?{incident_filter.query}" if incident_filter.query else ""
        drawing = reverse("chart_file", args=[name, "svg"]) + query
        response = png_response(svg, width=PNG_WIDTH) or redirect(drawing)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@public_page(parameters=None)
def chart_embed(request, name):
    """A chart as a page of its own, to stand within a page of another site."""
    incident_filter = _filter(request)
    if not incident_filter.is_valid():
        return refuse(request, incident_filter.errors)
    if name not in charts_of(incident_filter):
        raise Http404
    context = {"chart": drawn(incident_filter, name), **addresses(request, incident_filter)}
    return render(request, "incidents/charts/embed.html", context)


def scorecard(request: PublicRequest, slug: str) -> dict[str, Any]:
    """What is recorded of a platform, as charts of its incidents."""
    query = QueryDict(mutable=True)
    query["platform"] = slug
    incident_filter = IncidentFilter(query, using=reading.get(), dataset_version=request.dataset_version)
    made = [drawn(incident_filter, name) for name in SCORES]
    return {
        "number": len(incident_filter.listing),
        "query": incident_filter.query,
        "charts": [each for each in made if each.marks],
    }


def addresses(request: PublicRequest, incident_filter: IncidentFilter) -> dict[str, str]:
    """The addresses of the list, and of the page that an embedded chart leads to."""
    query = f"?{incident_filter.query}" if incident_filter.query else ""
    return {
        "list_address": reverse("incident_list") + query,
        "page_address": request.build_absolute_uri(reverse("charts") + query),
    }


def drawn(incident_filter: IncidentFilter, name: str, *, columns: int = PAGE_LABEL) -> Chart:
    """A chart of a list; where few have ended, the length of each. A line of a label has so many columns."""
    numbers = chart_numbers(incident_filter, name)
    actions = _ended_actions(incident_filter) if name == "durations" else ()
    return chart(numbers, str(Sentence(incident_filter)), actions, columns=columns)


def _ended_actions(incident_filter):
    """The actions that have ended, each with its incident; none if they are many."""
    found = ended(incident_filter)
    if not 0 < len(found) <= MAX_RANGES:
        return []
    records = [
        localized_row(read_record(bytes(each)))
        for (each,) in fields_in_order(reading.get(), found, ["record"])
    ]
    actions = [(record, action) for record in records for action in record["actions"] if has_ended(action)]
    return actions if len(actions) <= MAX_RANGES else []


def _picture(request, incident_filter, made):
    lines = [(40 + n * TITLE_LINE, line) for n, line in enumerate(made.title_lines)]
    subtitle_y = 40 + (len(lines) - 1) * TITLE_LINE + SUBTITLE_LINE
    about = broken_lines(f"{made.heading}{signs().stop}{signs().space}{made.subtitle}", SUBTITLE_COLUMNS)
    subtitle = [(subtitle_y + n * FOOT_LINE, line) for n, line in enumerate(about)]
    chart_y = subtitle[-1][0] + SUBTITLE_LINE
    credit = _("%(site)s, dataset version %(version)d, %(license)s. %(address)s") % {
        "site": local_name(settings.SITE_NAME),
        "version": version_number(request),
        "license": settings.DATA_LICENSE,
        "address": addresses(request, incident_filter)["page_address"],
    }
    warning = _("Counted is what is recorded here, which does not say how often it happened.")
    words = [
        line for text in (made.note, warning, credit) for line in broken_lines(text, FOOT_COLUMNS) if line
    ]
    foot_y = chart_y + made.height + 36
    context = {
        "chart": made,
        "root": request.build_absolute_uri("/").rstrip("/"),
        "lines": lines,
        "subtitle": subtitle,
        "chart_y": chart_y,
        "foot": [(foot_y + n * FOOT_LINE, line) for n, line in enumerate(words)],
        "height": foot_y + len(words) * FOOT_LINE + 6,
    }
    return svg_text("incidents/charts/chart.svg", context)


def _table(request, incident_filter, name):
    numbers = chart_numbers(incident_filter, name)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("value", "label", "incidents", "of", "dataset_version", "license", "address"))
    version, root = version_number(request), request.build_absolute_uri(reverse("incident_list"))
    for row in numbers.rows:
        values = (
            row.value,
            row.label,
            row.number,
            numbers.total,
            version,
            settings.DATA_LICENSE,
            f"{root}?{row.query}",
        )
        writer.writerow(map(cell, values))
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="chart-{name}-{version}.csv"'},
    )


def _filter(request):
    return IncidentFilter(request.GET, using=reading.get(), dataset_version=request.dataset_version)
