"""Errors for programs, as RFC 9457 has them."""

from django.http import JsonResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"


def problem_response(status, title, detail, **more):
    """A problem document."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail} | more
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE)


def invalid_parameters(errors):
    """Status 400, with each parameter that was not understood."""
    return problem_response(
        400,
        _("The query was not understood"),
        _("Nothing was guessed or left out. Correct these parameters and ask again."),
        errors=[
            {"parameter": name, "detail": sentence}
            for name, sentences in errors.items()
            for sentence in sentences
        ],
    )
