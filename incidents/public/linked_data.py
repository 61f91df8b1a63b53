"""What search engines and libraries read: schema.org descriptions as JSON-LD, of nothing but what the records say."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ..choices import Modality
from ..exports import FORMATS
from .presenters import topic_name
from .presenters.statements import speaker_names

CONTEXT = "https://schema.org"


def describe_dataset(request: HttpRequest, version: int) -> dict[str, Any]:
    """All data as a Dataset, with a download for each format."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": settings.SITE_NAME,
        "description": _(
            "When platforms shut people’s accounts: what they did, and why they said they did it."
        ),
        "url": request.build_absolute_uri(reverse("data")),
        "version": str(version),
        "license": settings.DATA_LICENSE_URL,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": export.content_type.split(";")[0],
                "contentUrl": request.build_absolute_uri(reverse("incident_download", args=[name])),
            }
            for name, export in FORMATS.items()
        ],
    }


def describe_incident(record: dict[str, Any], address: str) -> dict[str, Any]:
    """An incident as an Article that mentions what the platform claimed, with the sources it cites."""
    return {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": record["title"],
        "url": address,
        "identifier": record["ref"],
        "datePublished": record["published_at"].isoformat(),
        "dateModified": record["updated_at"].isoformat(),
        "license": settings.DATA_LICENSE_URL,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "about": [_topic(topic) for topic in record["topics"] if topic["labels"]],
        "citation": [_source(source) for source in record["sources"]],
        "mentions": [_claim(each) for each in record["justifications"] if _is_claim(each)],
    }


def _topic(topic):
    """A topic by all its names, the preferred one of each language first."""
    names = [label["name"] for label in topic["labels"]]
    others = [alias for label in topic["labels"] for alias in label["aliases"].splitlines()]
    return {
        "@type": "Thing",
        "name": topic_name(topic)["name"],
        "alternateName": list(dict.fromkeys([*names, *others])),
    }


def _source(source):
    return _known(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "url": source["url"],
        }
    )


def _is_claim(statement):
    """Whether there are words of the speaker: what others report of them is no claim of theirs."""
    return statement["quote"] and statement["modality"] != Modality.REPORTED


def _claim(statement):
    authors = [{"@type": "Thing", "name": name} for name in speaker_names(statement) if name]
    return _known(
        {
            "@type": "Claim",
            "text": statement["quote"],
            "author": authors if len(authors) > 1 else next(iter(authors), None),
            "inLanguage": statement["quote_language"],
            "datePublished": _machine_date(statement["date"]),
        }
    )


def _machine_date(value):
    """A date as ISO 8601; empty where that cannot express it."""
    return value.datetime if value else ""


def _known(description):
    return {name: value for name, value in description.items() if value}
