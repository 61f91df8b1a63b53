"""An incident where others show it: as a card in their page, and as the picture beside a link to it."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ..index import record_of
from ..languages import local_name
from ..models import PublicIncident
from .caching import public_page
from .pictures import png_response, svg_text
from .presenters import incident_answer, incident_line, localized
from .presenters.labels import broken_lines
from .views import gone

CARD_WIDTH, TITLE_TOP, LINE_GAP = 1200, 212, 1.25
# Sizes of a title, the largest first: pixels, columns of a line, and the most lines that there is room for.
TITLE_SIZES = ((64, 33, 3), (50, 42, 4), (38, 56, 6))
LINE_COLUMNS, MAX_LINES = 66, 3


@require_safe
@public_page
def incident_embed(request, ref):
    """The answers of an incident as a page of its own, to stand within a page of another site."""
    public = PublicIncident.objects.filter(ref=ref).only("record").first()
    if not public:
        return gone(request, ref)
    record = localized(record_of(public))
    address = request.build_absolute_uri(reverse("incident", args=[ref]))
    context = {"incident": record, "answer": incident_answer(record), "page_address": address}
    return render(request, "incidents/embed.html", context)


@require_safe
@public_page
def card(request, ref):
    """An incident as the picture that others show beside a link to it."""
    public = PublicIncident.objects.filter(ref=ref).only("record").first()
    if not public:
        return gone(request, ref)
    picture = png_response(
        svg_text("incidents/card.svg", _drawn(localized(record_of(public)))), width=CARD_WIDTH
    )
    return picture or redirect(static("incidents/card.png"))


def _drawn(record):
    sizes = ((size, broken_lines(record["title"], columns), most) for size, columns, most in TITLE_SIZES)
    size, title, _most = next((each for each in sizes if len(each[1]) <= each[2]), _smallest(record["title"]))
    answer = incident_answer(record)
    reasons = " → ".join(reason.words for reason in answer.reasons) if answer else ""
    lines = [line for text in (incident_line(record), capfirst(reasons)) for line in _few_lines(text)]
    top = TITLE_TOP + round(len(title) * size * LINE_GAP)
    return {
        "site_name": local_name(settings.SITE_NAME),
        "size": size,
        "title": [(TITLE_TOP + round(number * size * LINE_GAP), line) for number, line in enumerate(title)],
        "lines": [(top + 44 * number, line) for number, line in enumerate(lines)],
    }


def _smallest(title):
    size, columns, most = TITLE_SIZES[-1]
    return size, broken_lines(title, columns), most


def _few_lines(text):
    """The first lines of a text, with a sign where it goes on."""
    lines = broken_lines(text, LINE_COLUMNS) if text else []
    return lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], f"{lines[MAX_LINES - 1]} …"]
