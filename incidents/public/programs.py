"""What programs need of every public address: scripts of other sites may read it, and errors are documents, not pages."""

import re

from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..languages import without_language
from .caching import is_of_the_public_site
from .links import link_what_is_public, preferred_file
from .parameters import RECONCILE
from .problem_details import problem_response

METHODS = "GET, HEAD, OPTIONS"
# A browser asks before it lets a script send these; they only save an answer, or a part of one, that is there already.
REQUEST_HEADERS = "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range"
RESPONSE_HEADERS = "Accept-Ranges, Content-Range, Dataset-Version, ETag, Link, Location, Retry-After"
PREFLIGHT_SECONDS = 86_400
PROBLEMS = {
    400: (_("We could not read this request"), _("It was malformed or too large. Nothing was changed.")),
    404: (_("Not found"), _("There is nothing public at this address.")),
    500: (_("Something went wrong"), _("Please try again in a few minutes.")),
}
FOR_PROGRAMS = re.compile(r"/api/(?!v1/\Z)|.*\.[a-z.]+\Z")


class ProgramsMiddleware:
    """Opens what is public to other sites (the CORS protocol of the Fetch standard): it is the same for every reader.

    Where a program asks, status 400, 404, 405, 500 and 503 are problem details (RFC 9457).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_of_the_public_site(request):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": methods_at(request)})
            response["Access-Control-Allow-Methods"] = methods_at(request)
            response["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        else:
            response = preferred_file(request) or with_problem(request, self.get_response(request))
            link_what_is_public(request, response)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = RESPONSE_HEADERS
        return response

    def process_view(self, request, view, _args, _kwargs):
        """Status 405 where nothing can be sent to, before anybody asks for the token of a form."""
        allowed = methods_at(request).split(", ")
        if request.method in allowed or not is_of_the_public_site(request):
            return None
        return HttpResponseNotAllowed(allowed)


def methods_at(request):
    """The methods that an address takes."""
    return f"{METHODS}, POST" if without_language(request.path) == RECONCILE else METHODS


def with_problem(request, response):
    """The response, with problem details in place of a page where a program asks."""
    if not FOR_PROGRAMS.match(without_language(request.path)) or response.get("Content-Type", "").startswith(
        "application/"
    ):
        return response
    if response.status_code == 405:
        problem = problem_response(405, gettext("Method not allowed"), gettext("Use GET or HEAD."))
        problem["Allow"] = methods_at(request)
        return problem
    if response.status_code in PROBLEMS:
        return problem_response(response.status_code, *map(str, PROBLEMS[response.status_code]))
    if response.status_code == 503:
        wait = response["Retry-After"]
        detail = gettext("Try again after %(number)s seconds.") % {"number": wait}
        problem = problem_response(503, gettext("Not available at the moment"), detail)
        problem["Retry-After"] = wait
        return problem
    return response
