"""Errors for programs: problem details as in RFC 9457."""

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"


def problem_response(status: int, title: str, detail: str, **members: Any) -> JsonResponse:
    """An error with this HTTP status; `members` are added to its document."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail} | members
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE)


def invalid_parameters(errors: dict[str, list[str]]) -> JsonResponse:
    """Status 400 for a query string; `errors` has, for each invalid parameter, what is wrong with it."""
    return problem_response(
        400,
        _("Invalid parameters"),
        _("Nothing is returned unless every parameter is valid. Correct these and try again."),
        errors=[
            {"parameter": name, "detail": sentence}
            for name, sentences in errors.items()
            for sentence in sentences
        ],
    )
